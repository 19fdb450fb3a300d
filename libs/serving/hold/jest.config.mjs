import preset from '../../../jest.preset.mjs';
export default { ...preset, displayName: 'serving-hold', rootDir: import.meta.dirname };
