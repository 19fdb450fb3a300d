import preset from '../../jest.preset.mjs';
export default { ...preset, displayName: 'kube-embedded', rootDir: import.meta.dirname };
