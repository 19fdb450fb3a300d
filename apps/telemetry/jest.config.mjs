import preset from '../../jest.preset.mjs';
export default { ...preset, displayName: 'telemetry-app', rootDir: import.meta.dirname };
