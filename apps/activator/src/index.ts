export { ActivatorConfig } from './config.js';
export { type ActivatorOptions, startActivator } from './start-activator.js';
