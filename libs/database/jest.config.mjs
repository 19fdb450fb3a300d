import preset from '../../jest.preset.mjs';
export default { ...preset, displayName: 'database', rootDir: import.meta.dirname };
