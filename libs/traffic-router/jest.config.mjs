import preset from '../../jest.preset.mjs';
export default { ...preset, displayName: 'traffic-router', rootDir: import.meta.dirname };
