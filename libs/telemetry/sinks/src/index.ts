export { type SignalsConnection, connectSignals } from './signals-client.js';
export { serveSignals } from './signals-server.js';
export { type TelemetryOptions, startTelemetry } from './telemetry-part.js';
export { type AccessLogMessage, decodeAccessLogMessage } from './access-log-decoder.js';
