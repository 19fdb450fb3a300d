export { type AccessLogEntry, classIndex, isFailed } from './access-log-entry.js';
export type { MirrorDelta } from './mirror-counts.js';
export type { ProxyStream } from './proxy-streams.js';
export { type Losses, type SeriesLimits, TelemetrySeries, defaultSeriesLimits, toSignals, toTraffic } from './telemetry-series.js';
