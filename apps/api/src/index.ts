export { ApiConfig, KubernetesProxyConfig } from './config.js';
export { HealthState, type PlatformPart } from './platform/platform.types.js';
export { type ApiOptions, startApi } from './start-api.js';
