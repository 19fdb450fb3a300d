import preset from '../../../jest.preset.mjs';
export default { ...preset, displayName: 'delivery-plan', rootDir: import.meta.dirname };
