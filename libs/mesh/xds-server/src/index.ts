export { askEnvoy, envoyIsLive } from './envoy-admin.js';
export { type EnvoyBootstrapOptions, envoyBootstrap } from './envoy-bootstrap.js';
export { type ClusterBootstrapOptions, type ProxyTarget, clusterBootstrap } from './cluster-bootstrap.js';
export { ENVOY_VERSION } from './envoy-package.js';
export { type ProvideEnvoyOptions, type ProvidedEnvoy, provideEnvoy } from './provide-envoy.js';
export { type SuperviseEnvoyOptions, type SupervisedEnvoy, superviseEnvoy } from './supervise-envoy.js';
export { type Liveness, type ProxyNode, type ProxyProgress, type XdsServer, type XdsServerOptions, startXdsServer } from './xds-server.js';
