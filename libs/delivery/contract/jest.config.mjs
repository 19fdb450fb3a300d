import preset from '../../../jest.preset.mjs';
export default { ...preset, displayName: 'delivery-contract', rootDir: import.meta.dirname };
