import preset from '../../../jest.preset.mjs';
export default { ...preset, displayName: 'sample-bookinfo', rootDir: import.meta.dirname };
