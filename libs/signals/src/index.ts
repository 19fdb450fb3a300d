export type { CallerTotals, ServiceTotals, Traffic, TrafficWindow, VersionTotals } from './traffic.js';
export { EVERY_PROXY, OPEN_AGAIN_MS, type RequestEvent, type RequestEventListener, type RequestEvents } from './request-events.js';
export { LATENCY_BOUNDS_MS, type SignalBatch, type Signals, type Subject, type Subscription, type VersionSecond } from './signals.js';
