/** What objects take of quotas, as Kubernetes counts it: for the embedded cluster, and for quotas of several namespaces. */
export { type Amounts, add, amountsText, exceeded, greatest, pick, positive, subtract } from './amounts.js';
export { type Named, concerns, countName, objectAmounts } from './object-amounts.js';
export { allContainers, amountsAt, podAmounts } from './pod-amounts.js';
