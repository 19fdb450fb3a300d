export { MeshModule } from './app.module.js';
export { MeshConfig } from './config.js';
