export { LockFile, productionClosure, type Closure } from './lock-file.js';
export { billOfMaterials, type Component } from './sbom.js';
export type { BuiltImage } from './buildah.js';
