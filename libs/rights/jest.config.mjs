import preset from '../../jest.preset.mjs';
export default { ...preset, displayName: 'rights', rootDir: import.meta.dirname };
