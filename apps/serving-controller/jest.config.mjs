import preset from '../../jest.preset.mjs';
export default { ...preset, displayName: 'serving-controller', rootDir: import.meta.dirname };
