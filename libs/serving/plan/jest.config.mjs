import preset from '../../../jest.preset.mjs';
export default { ...preset, displayName: 'serving-plan', rootDir: import.meta.dirname };
