import preset from '../../jest.preset.mjs';
export default { ...preset, displayName: 'grpc-link', rootDir: import.meta.dirname };
