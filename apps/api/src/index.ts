export { ApiConfig, KubernetesProxyConfig } from './config.js';
export { type ApiOptions, startApi } from './start-api.js';
