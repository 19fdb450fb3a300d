export { hookRights, rightsInPods, rightsOfUsers, type Rights } from './install/rights-in-pods.js';
