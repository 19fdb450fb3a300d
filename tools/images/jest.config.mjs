import preset from '../../jest.preset.mjs';
export default { ...preset, displayName: 'images', rootDir: import.meta.dirname };
