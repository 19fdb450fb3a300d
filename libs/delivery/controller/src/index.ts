export { type DeliveryOptions, startDelivery } from './start-delivery.js';
