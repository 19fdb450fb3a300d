import preset from '../../../jest.preset.mjs';
export default { ...preset, displayName: 'mesh-xds-server', rootDir: import.meta.dirname };
