import preset from '../../jest.preset.mjs';
export default { ...preset, displayName: 'mesh-app', rootDir: import.meta.dirname };
