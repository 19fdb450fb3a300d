import preset from '../../../jest.preset.mjs';
export default { ...preset, displayName: 'sample-hello', rootDir: import.meta.dirname };
