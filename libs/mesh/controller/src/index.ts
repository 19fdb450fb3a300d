export { type MeshOptions, startMesh } from './start-mesh.js';
export { ProxyPodsConfig } from './proxy-pods/config.js';
export { keptSelector } from './proxy-pods/plan-answered.js';
