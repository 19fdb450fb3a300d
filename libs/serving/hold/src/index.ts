export { type CheckContext, type ColdStart, type HoldBounds, Holds, type HoldsOptions } from './holds.js';
export { AskingRequests } from './asking-requests.js';
export { HoldMetrics } from './hold-metrics.js';
export { type PodView, type ReadinessAsk, viewPod } from './pod-view.js';
export { PodProber, type PodProberOptions } from './pod-prober.js';
export { createCheckServer } from './check-server.js';
export { COLD_START_HEADER_ANNOTATION } from './revision.js';
export { HoldSharing, type ShareOptions } from './replicas/share-holds.js';
export type { HoldAnswer } from './check-answer.js';
