import preset from '../../../jest.preset.mjs';
export default { ...preset, displayName: 'serving-ownership', rootDir: import.meta.dirname };
