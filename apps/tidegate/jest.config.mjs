import preset from '../../jest.preset.mjs';
export default { ...preset, displayName: 'tidegate-cli', rootDir: import.meta.dirname };
