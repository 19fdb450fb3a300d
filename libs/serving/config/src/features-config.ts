import { type Result, ok } from '@tidegate/kernel';
import { ConfigKeys, type ConfigData } from './config-keys.js';

/** Allowed: neither forced on nor refused; a client's annotation or value decides. */
export type FeatureFlag = 'Enabled' | 'Allowed' | 'Disabled';
const FLAGS: readonly FeatureFlag[] = ['Enabled', 'Allowed', 'Disabled'];

export type SecurePodDefaults = 'Disabled' | 'AllowRootBounded' | 'Enabled';
const SECURE_FLAGS: readonly SecurePodDefaults[] = ['Disabled', 'AllowRootBounded', 'Enabled'];

/** Every flag of config-features with its key. */
const KEYS = {
  multiContainer: 'multi-container',
  multiContainerProbing: 'multi-container-probing',
  podSpecAffinity: 'kubernetes.podspec-affinity',
  podSpecTopologySpreadConstraints: 'kubernetes.podspec-topologyspreadconstraints',
  podSpecFieldRef: 'kubernetes.podspec-fieldref',
  podSpecHostAliases: 'kubernetes.podspec-hostaliases',
  podSpecNodeSelector: 'kubernetes.podspec-nodeselector',
  podSpecRuntimeClassName: 'kubernetes.podspec-runtimeclassname',
  podSpecSecurityContext: 'kubernetes.podspec-securitycontext',
  podSpecShareProcessNamespace: 'kubernetes.podspec-shareprocessnamespace',
  podSpecHostIpc: 'kubernetes.podspec-hostipc',
  podSpecHostPid: 'kubernetes.podspec-hostpid',
  podSpecHostNetwork: 'kubernetes.podspec-hostnetwork',
  podSpecPriorityClassName: 'kubernetes.podspec-priorityclassname',
  podSpecSchedulerName: 'kubernetes.podspec-schedulername',
  containerSpecAddCapabilities: 'kubernetes.containerspec-addcapabilities',
  podSpecTolerations: 'kubernetes.podspec-tolerations',
  podSpecVolumesEmptyDir: 'kubernetes.podspec-volumes-emptydir',
  podSpecVolumesHostPath: 'kubernetes.podspec-volumes-hostpath',
  podSpecVolumesMountPropagation: 'kubernetes.podspec-volumes-mount-propagation',
  podSpecVolumesCsi: 'kubernetes.podspec-volumes-csi',
  podSpecVolumesEphemeral: 'kubernetes.podspec-volumes-ephemeral',
  podSpecVolumesImage: 'kubernetes.podspec-volumes-image',
  podSpecInitContainers: 'kubernetes.podspec-init-containers',
  podSpecPersistentVolumeClaim: 'kubernetes.podspec-persistent-volume-claim',
  podSpecPersistentVolumeWrite: 'kubernetes.podspec-persistent-volume-write',
  podSpecDnsPolicy: 'kubernetes.podspec-dnspolicy',
  podSpecDnsConfig: 'kubernetes.podspec-dnsconfig',
  queueProxyMountPodInfo: 'queueproxy.mount-podinfo',
  queueProxyResourceDefaults: 'queueproxy.resource-defaults',
  tagHeaderBasedRouting: 'tag-header-based-routing',
  autoDetectHttp2: 'autodetect-http2',
} as const;
export type FeatureName = keyof typeof KEYS;

const ON_BY_DEFAULT: readonly FeatureName[] = ['multiContainer', 'podSpecVolumesEmptyDir'];

/** config-features. */
export type FeaturesConfig = Readonly<Record<FeatureName, FeatureFlag>> & { readonly securePodDefaults: SecurePodDefaults };

/** Values that are no flag leave the default: config-features is never refused. */
export function parseFeaturesConfig(data: ConfigData): Result<FeaturesConfig, string> {
  return ok(readFeatures(new ConfigKeys(data)));
}

function readFeatures(keys: ConfigKeys): FeaturesConfig {
  const names = Object.keys(KEYS) as FeatureName[];
  const flagOf = (name: FeatureName): FeatureFlag => keys.flag(KEYS[name], FLAGS, ON_BY_DEFAULT.includes(name) ? 'Enabled' : 'Disabled');
  const flags = Object.fromEntries(names.map((name) => [name, flagOf(name)])) as Record<FeatureName, FeatureFlag>;
  return { ...flags, securePodDefaults: keys.flag('secure-pod-defaults', SECURE_FLAGS, 'Disabled') };
}

export const defaultFeaturesConfig: FeaturesConfig = readFeatures(new ConfigKeys({}));
