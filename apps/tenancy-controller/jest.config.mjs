import preset from '../../jest.preset.mjs';
export default { ...preset, displayName: 'tenancy-controller', rootDir: import.meta.dirname };
