import preset from '../../../jest.preset.mjs';
export default { ...preset, displayName: 'serving-config', rootDir: import.meta.dirname };
