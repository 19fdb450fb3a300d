import preset from '../../../jest.preset.mjs';
export default { ...preset, displayName: 'serving-admission', rootDir: import.meta.dirname };
