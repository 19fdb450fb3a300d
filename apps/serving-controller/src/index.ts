export { ServingControllerConfig } from './config.js';
export { ServingModule } from './serving.module.js';
