import preset from '../../../jest.preset.mjs';
export default { ...preset, displayName: 'tenancy-plan', rootDir: import.meta.dirname };
