export { LATENCY_BOUNDS_MS, type SignalBatch, type Signals, type Subject, type Subscription, type VersionSecond } from './signals.js';
