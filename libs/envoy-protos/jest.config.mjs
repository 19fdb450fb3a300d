import preset from '../../jest.preset.mjs';
export default { ...preset, displayName: 'envoy-protos', rootDir: import.meta.dirname };
