import preset from '../../../jest.preset.mjs';
export default { ...preset, displayName: 'mesh-snapshot', rootDir: import.meta.dirname };
