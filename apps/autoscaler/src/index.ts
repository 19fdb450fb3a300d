export { AutoscalerModule } from './autoscaler.module.js';
export { AutoscalerProcessConfig } from './config.js';
export { type AutoscalerOptions, type RunningAutoscaler, startAutoscaler } from './start-autoscaler.js';
