export { type LoadOptions, type LoadReport, type RunningLoad, startLoad } from './load/start-load.js';
export { type LoadResult, NO_VERSION, type VersionReport } from './load/tally.js';
export type { Arrivals } from './load/arrivals.js';
export { LatencyHistogram, type LatencySummary } from './load/latency-histogram.js';
export type { UserOptions, UserReport } from './load/users.js';
export { imageFolder, manifestsFolder } from './folders.js';
