export { type ActivatorOptions, startActivator } from './start-activator.js';
