import { type JsonObject, ensureObject, numberAt, objectAt, objectsAt, setDefault, textAt } from '@tidegate/kube/json';

/** The defaults of k8s.io/kubernetes/pkg/apis/core/v1/defaults.go for pods and pod templates. */
export function setPodSpecDefaults(spec: JsonObject): void {
  setDefault(spec, 'dnsPolicy', 'ClusterFirst');
  setDefault(spec, 'restartPolicy', 'Always');
  setDefault(spec, 'terminationGracePeriodSeconds', 30);
  setDefault(spec, 'schedulerName', 'default-scheduler');
  ensureObject(spec, 'securityContext');
  // The old name of the field stays in step with the new one.
  const account = textAt(spec, 'serviceAccountName') || textAt(spec, 'serviceAccount');
  if (account !== '') Object.assign(spec, { serviceAccountName: account, serviceAccount: account });
  for (const list of ['containers', 'initContainers', 'ephemeralContainers'])
    for (const container of objectsAt(spec, list)) setContainerDefaults(container, spec.hostNetwork === true);
  for (const volume of objectsAt(spec, 'volumes')) setVolumeDefaults(volume);
  for (const constraint of objectsAt(spec, 'topologySpreadConstraints')) {
    setDefault(constraint, 'nodeAffinityPolicy', 'Honor');
    setDefault(constraint, 'nodeTaintsPolicy', 'Ignore');
  }
}

/** What only pods get, not templates. */
export function setPodDefaults(pod: JsonObject): void {
  const spec = objectAt(pod, 'spec');
  if (!spec) return;
  setPodSpecDefaults(spec);
  setDefault(spec, 'enableServiceLinks', true);
  for (const list of ['containers', 'initContainers'])
    for (const container of objectsAt(spec, list)) {
      const resources = objectAt(container, 'resources');
      const limits = objectAt(resources, 'limits');
      if (!resources || !limits) continue;
      const requests = ensureObject(resources, 'requests');
      for (const [name, limit] of Object.entries(limits)) if (limit !== undefined) setDefault(requests, name, limit);
    }
}

function setContainerDefaults(container: JsonObject, hostNetwork: boolean): void {
  setDefault(container, 'terminationMessagePath', '/dev/termination-log');
  setDefault(container, 'terminationMessagePolicy', 'File');
  setDefault(container, 'imagePullPolicy', isMovingTag(textAt(container, 'image')) ? 'Always' : 'IfNotPresent');
  ensureObject(container, 'resources');
  for (const port of objectsAt(container, 'ports')) {
    setDefault(port, 'protocol', 'TCP');
    const number = numberAt(port, 'containerPort');
    if (hostNetwork && number !== undefined) setDefault(port, 'hostPort', number);
  }
  for (const variable of objectsAt(container, 'env')) {
    const field = objectAt(variable, 'valueFrom', 'fieldRef');
    if (field) setDefault(field, 'apiVersion', 'v1');
    const resource = objectAt(variable, 'valueFrom', 'resourceFieldRef');
    if (resource) setDefault(resource, 'divisor', '0');
  }
  for (const name of ['livenessProbe', 'readinessProbe', 'startupProbe']) {
    const probe = objectAt(container, name);
    if (probe) setProbeDefaults(probe);
  }
  for (const hook of ['postStart', 'preStop']) {
    const request = objectAt(container, 'lifecycle', hook, 'httpGet');
    if (request) setHttpGetDefaults(request);
  }
}

/** No tag, or the tag `latest`, and no digest. */
function isMovingTag(image: string): boolean {
  if (image.includes('@')) return false;
  const name = image.slice(image.lastIndexOf('/') + 1);
  const tag = name.includes(':') ? name.slice(name.indexOf(':') + 1) : 'latest';
  return tag === 'latest';
}

function setProbeDefaults(probe: JsonObject): void {
  // Zero counts as absent: these are plain integers in Go.
  const fallbacks = { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 };
  for (const [key, value] of Object.entries(fallbacks)) if ((numberAt(probe, key) ?? 0) === 0) probe[key] = value;
  if (probe.initialDelaySeconds === 0) delete probe.initialDelaySeconds;
  const request = objectAt(probe, 'httpGet');
  if (request) setHttpGetDefaults(request);
  const grpc = objectAt(probe, 'grpc');
  if (grpc) setDefault(grpc, 'service', '', false);
}

function setHttpGetDefaults(request: JsonObject): void {
  setDefault(request, 'path', '/');
  setDefault(request, 'scheme', 'HTTP');
}

const volumeSources = [
  'hostPath emptyDir gcePersistentDisk awsElasticBlockStore gitRepo secret nfs iscsi glusterfs persistentVolumeClaim rbd flexVolume cinder',
  'cephfs flocker downwardAPI fc azureFile configMap vsphereVolume quobyte azureDisk photonPersistentDisk projected portworxVolume scaleIO',
  'storageos csi ephemeral image',
].flatMap((row) => row.split(' '));

/** Names of the volume types that a volume gives. */
export function volumeSourcesOf(volume: JsonObject): string[] {
  return volumeSources.filter((source) => volume[source] !== undefined);
}

function setVolumeDefaults(volume: JsonObject): void {
  if (volumeSourcesOf(volume).length === 0) volume.emptyDir = {};
  for (const source of ['secret', 'configMap', 'downwardAPI', 'projected']) {
    const given = objectAt(volume, source);
    if (given) setDefault(given, 'defaultMode', 0o644);
  }
  const hostPath = objectAt(volume, 'hostPath');
  if (hostPath) setDefault(hostPath, 'type', '', false);
  for (const item of objectsAt(objectAt(volume, 'downwardAPI'), 'items')) setItemDefaults(item);
  for (const source of objectsAt(objectAt(volume, 'projected'), 'sources')) {
    const token = objectAt(source, 'serviceAccountToken');
    if (token) setDefault(token, 'expirationSeconds', 3600);
    for (const item of objectsAt(objectAt(source, 'downwardAPI'), 'items')) setItemDefaults(item);
  }
  const claim = objectAt(volume, 'ephemeral', 'volumeClaimTemplate', 'spec');
  if (claim) setDefault(claim, 'volumeMode', 'Filesystem');
}

function setItemDefaults(item: JsonObject): void {
  const field = objectAt(item, 'fieldRef');
  if (field) setDefault(field, 'apiVersion', 'v1');
  const resource = objectAt(item, 'resourceFieldRef');
  if (resource) setDefault(resource, 'divisor', '0');
}

/** QoS class by Kubernetes' rule: all limits equal requests, none at all, or something between. */
export function qosClassOf(spec: JsonObject | undefined): 'Guaranteed' | 'Burstable' | 'BestEffort' {
  const containers = [...objectsAt(spec, 'containers'), ...objectsAt(spec, 'initContainers')];
  let anything = false;
  let guaranteed = containers.length > 0;
  for (const container of containers) {
    const requests = objectAt(container, 'resources', 'requests');
    const limits = objectAt(container, 'resources', 'limits');
    for (const name of ['cpu', 'memory']) {
      const request = textAt(requests, name);
      const limit = textAt(limits, name);
      if (request !== '' || limit !== '') anything = true;
      if (limit === '' || (request !== '' && request !== limit)) guaranteed = false;
    }
  }
  if (!anything) return 'BestEffort';
  return guaranteed ? 'Guaranteed' : 'Burstable';
}
