import preset from '../../../jest.preset.mjs';
export default { ...preset, displayName: 'mesh-contract', rootDir: import.meta.dirname };
