export { type SignalsConnection, connectSignals } from './signals-client.js';
export { type RequestEventsConnection, connectRequestEvents } from './request-events-client.js';
export { type TelemetryPorts, serveSignals } from './signals-server.js';
export { type RunningTelemetry, type TelemetryOptions, startTelemetry } from './telemetry-part.js';
export { type AccessLogMessage, type DecodedEntry, decodeAccessLogMessage } from './access-log-decoder.js';
export { RequestTap } from './request-tap.js';
