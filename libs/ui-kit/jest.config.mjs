import preset from '../../jest.preset.mjs';
export default { ...preset, displayName: 'ui-kit', rootDir: import.meta.dirname };
