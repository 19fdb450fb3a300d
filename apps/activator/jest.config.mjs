import preset from '../../jest.preset.mjs';
export default { ...preset, displayName: 'activator', rootDir: import.meta.dirname };
