export { CertificatesConfig, ClusterControlConfig, ClusterTrafficConfig } from './cluster/config.js';
export { RemoveConfig } from './cluster/remove-config.js';
export { hookRights, rightsInPods, rightsOfUsers, type Rights } from './install/rights-in-pods.js';
