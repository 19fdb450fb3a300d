import preset from '../../jest.preset.mjs';
export default { ...preset, displayName: 'chart', rootDir: import.meta.dirname };
