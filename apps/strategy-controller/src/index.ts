export { StrategyControllerConfig } from './config.js';
export { DeliveryModule } from './delivery.module.js';
