import preset from '../../../jest.preset.mjs';
export default { ...preset, displayName: 'tenancy-contract', rootDir: import.meta.dirname };
