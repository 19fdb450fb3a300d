import preset from '../../jest.preset.mjs';
export default { ...preset, displayName: 'admission-webhook', rootDir: import.meta.dirname };
