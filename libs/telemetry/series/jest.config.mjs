import preset from '../../../jest.preset.mjs';
export default { ...preset, displayName: 'telemetry-series', rootDir: import.meta.dirname };
