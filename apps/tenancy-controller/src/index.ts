export { TenancyControllerConfig } from './config.js';
export { TenancyModule } from './tenancy.module.js';
