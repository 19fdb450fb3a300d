export {
  type AutoscalerConfig,
  HPA_CLASS,
  KPA_CLASS,
  PANIC_THRESHOLD_PERCENTAGE,
  PANIC_WINDOW_PERCENTAGE,
  TARGET_MIN,
  WINDOW_MAX_MS,
  WINDOW_MIN_MS,
  defaultAutoscalerConfig,
  parseAutoscalerConfig,
} from './autoscaler-config.js';
export { type ConfigData, badQuantity } from './config-keys.js';
export { type DefaultedResource, type DefaultsConfig, defaultDefaultsConfig, parseDefaultsConfig } from './defaults-config.js';
export {
  type AffinityType,
  type DeploymentConfig,
  defaultDeploymentConfig,
  parseDeploymentConfig,
  runtimeClassForLabels,
} from './deployment-config.js';
export {
  CLUSTER_DOMAIN,
  type DomainConfig,
  defaultDomainConfig,
  domainForLabels,
  parseDomainConfig,
} from './domain-config.js';
export {
  type FeatureFlag,
  type FeatureName,
  type FeaturesConfig,
  type SecurePodDefaults,
  defaultFeaturesConfig,
  parseFeaturesConfig,
} from './features-config.js';
export { type GcConfig, defaultGcConfig, parseGcConfig } from './gc-config.js';
export { formatGoDuration, parseGoDuration } from './go-duration.js';
export { type GoTemplate, type TemplateValues, expandTemplate } from './go-template.js';
export { equalFold, formatGoFloat, goQuote, parseGoBool, parseGoFloat, parseGoInt } from './go-values.js';
export {
  type Encryption,
  type HttpProtocol,
  type MeshCompatibilityMode,
  type NetworkConfig,
  defaultNetworkConfig,
  parseNetworkConfig,
} from './network-config.js';
export { type HostedObject, routeHost } from './route-host.js';
export {
  type BrokenConfigMap,
  type NamedConfigMap,
  SERVING_CONFIG_MAPS,
  type ServingConfig,
  configMapComplaint,
  defaultServingConfig,
  readServingConfig,
} from './serving-config.js';
