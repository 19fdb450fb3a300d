import preset from '../../../jest.preset.mjs';
export default { ...preset, displayName: 'delivery-judge', rootDir: import.meta.dirname };
