export { CertificatesConfig, ClusterControlConfig, ClusterTrafficConfig } from './cluster/config.js';
export { RemoveConfig } from './cluster/remove-config.js';
export { hookRights, rightsInPods, type Rights } from './install/rights-in-pods.js';
export { rightsOfUsers } from './install/users-rights.js';
