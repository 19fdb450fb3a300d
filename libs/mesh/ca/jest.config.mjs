import preset from '../../../jest.preset.mjs';
export default { ...preset, displayName: 'mesh-ca', rootDir: import.meta.dirname };
