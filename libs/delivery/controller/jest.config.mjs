import preset from '../../../jest.preset.mjs';
export default { ...preset, displayName: 'delivery-controller', rootDir: import.meta.dirname };
