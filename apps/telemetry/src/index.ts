export { TelemetryModule } from './app.module.js';
export { TelemetryConfig } from './config.js';
