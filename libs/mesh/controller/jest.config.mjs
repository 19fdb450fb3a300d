import preset from '../../../jest.preset.mjs';
export default { ...preset, displayName: 'mesh-controller', rootDir: import.meta.dirname };
