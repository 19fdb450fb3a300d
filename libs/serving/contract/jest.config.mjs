import preset from '../../../jest.preset.mjs';
export default { ...preset, displayName: 'serving-contract', rootDir: import.meta.dirname };
