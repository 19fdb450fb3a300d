import preset from '../../jest.preset.mjs';
export default { ...preset, displayName: 'autoscaler', rootDir: import.meta.dirname };
