export { type ServingOptions, startServing } from './start-serving.js';
export type { PortsSource } from './settings-store.js';
export type { DigestResolver, RegistryCredentials } from './digests/digest-resolver.js';
export { registryResolver } from './digests/registry-resolver.js';
