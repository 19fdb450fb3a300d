export { type MeshOptions, startMesh } from './start-mesh.js';
