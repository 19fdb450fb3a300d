import preset from '../../jest.preset.mjs';
export default { ...preset, displayName: 'strategy-controller', rootDir: import.meta.dirname };
