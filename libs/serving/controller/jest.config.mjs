import preset from '../../../jest.preset.mjs';
export default { ...preset, displayName: 'serving-controller-lib', rootDir: import.meta.dirname };
