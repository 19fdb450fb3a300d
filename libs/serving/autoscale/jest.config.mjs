import preset from '../../../jest.preset.mjs';
export default { ...preset, displayName: 'serving-autoscale', rootDir: import.meta.dirname };
