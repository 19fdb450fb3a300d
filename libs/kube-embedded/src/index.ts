export { type ClusterOptions, type RunningCluster, startCluster } from './cluster/start-cluster.js';
export { type ApiOnlyOptions, type RunningApi, startApiOnly } from './cluster/start-api-only.js';
export { Workloads, type WorkloadsOptions, prepareWorkloads } from './cluster/workloads.js';
export { type EmbeddedApi, type EmbeddedApiOptions, startEmbeddedApi } from './server/start-embedded-api.js';
export { type BuildImageOptions, type BuiltImage, buildImage } from './images/build-image.js';
export { DESCRIPTION_FILE, type ImageDescription, imageDescriptionSchema } from './images/image-description.js';
export { ImageStore } from './images/image-store.js';
export { PORTS_CONFIG_MAP, SYSTEM_NAMESPACE } from './network/loopback-ports.js';
