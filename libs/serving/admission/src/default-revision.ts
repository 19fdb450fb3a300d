import type { DefaultsConfig, FeaturesConfig, ServingConfig } from '@tidegate/serving-config';
import { expandTemplate, type GoTemplate, type TemplateValues } from '@tidegate/serving-config';
import { childName } from '@tidegate/serving-contract';
import { type Json, type JsonObject, listAt, numberAt, objectAt, objectsAt, own, textAt, textsAt } from './json.js';

const RESOURCES = ['cpu', 'memory', 'ephemeral-storage'] as const;
const WRITABLE_VOLUMES = ['emptyDir', 'persistentVolumeClaim', 'ephemeral'];

/**
 * A revision's spec, decoded, with what its author left open. `parent` is the metadata of the Service, Configuration or (for a bare
 * revision) nothing; containers may be named after it. Service links are only decided for an object that is new.
 */
export function defaultRevisionSpec(spec: JsonObject, parent: JsonObject, config: ServingConfig, isNew: boolean): JsonObject {
  const { defaults, features } = config;
  const timeoutSeconds = numberAt(spec, 'timeoutSeconds') || defaults.revisionTimeoutSeconds;
  const below = (name: string, fallback: number): JsonObject =>
    own(spec, name) === undefined && fallback !== 0 && fallback < timeoutSeconds ? { [name]: fallback } : {};
  const links = isNew && own(spec, 'enableServiceLinks') === undefined ? defaults.enableServiceLinks : undefined;
  return {
    ...spec,
    ...defaultContainers(spec, parent, defaults, features),
    timeoutSeconds,
    ...below('idleTimeoutSeconds', defaults.revisionIdleTimeoutSeconds),
    ...below('responseStartTimeoutSeconds', defaults.revisionResponseStartTimeoutSeconds),
    containerConcurrency: numberAt(spec, 'containerConcurrency') ?? defaults.containerConcurrency,
    ...(links === undefined || objectsAt(spec, 'containers').length === 0 ? {} : { enableServiceLinks: links }),
  };
}

function defaultContainers(spec: JsonObject, parent: JsonObject, defaults: DefaultsConfig, features: FeaturesConfig): JsonObject {
  const [containers, initContainers] = [objectsAt(spec, 'containers'), objectsAt(spec, 'initContainers')];
  const taken = new Set([...containers, ...initContainers].map((c) => textAt(c, 'name')));
  const pod = objectAt(spec, 'securityContext') ?? {};
  const writable = new Set(
    objectsAt(spec, 'volumes')
      .filter((v) => WRITABLE_VOLUMES.some((source) => own(v, source) !== undefined))
      .map((v) => textAt(v, 'name')),
  );
  const isAlone = containers.length === 1;
  const secured = (container: JsonObject): JsonObject => defaultSecurityContext(container, pod, features);
  const served = nameContainers(containers, taken, nameFor(defaults.containerNameTemplate, parent))
    .map((c) => defaultResources(c, defaults))
    .map((c) => defaultProbes(c, isAlone || (listAt(c, 'ports') ?? []).length > 0))
    .map((c) => mountsReadOnly(c, writable));
  const init = nameContainers(initContainers, taken, nameFor(defaults.initContainerNameTemplate, parent));
  return {
    ...(containers.length > 0 ? { containers: served.map(secured) } : {}),
    ...(initContainers.length > 0 ? { initContainers: init.map(secured) } : {}),
  };
}

function nameFor(template: GoTemplate, parent: JsonObject): string {
  const values: TemplateValues = {
    Name: textAt(parent, 'name'),
    GenerateName: textAt(parent, 'generateName'),
    Namespace: textAt(parent, 'namespace'),
    UID: textAt(parent, 'uid'),
    ResourceVersion: textAt(parent, 'resourceVersion'),
    Labels: Object.fromEntries(textsAt(parent, 'labels')),
    Annotations: Object.fromEntries(textsAt(parent, 'annotations')),
  };
  return expandTemplate(template, values);
}

/** Of several containers each gets a number, past the names that are taken. */
function nameContainers(containers: readonly JsonObject[], taken: ReadonlySet<string>, base: string): JsonObject[] {
  let next = 0;
  return containers.map((container) => {
    if (textAt(container, 'name') !== '') return container;
    let name = base;
    if (containers.length > 1 || taken.has(base)) {
      do name = childName(base, `-${next++}`);
      while (taken.has(name));
    }
    return { ...container, name };
  });
}

function defaultResources(container: JsonObject, defaults: DefaultsConfig): JsonObject {
  const resources = objectAt(container, 'resources') ?? {};
  const filled = (name: 'requests' | 'limits'): JsonObject => {
    const given = objectAt(resources, name) ?? {};
    const added = RESOURCES.flatMap((resource) => {
      const quantity = defaults[name][resource];
      return quantity === undefined || own(given, resource) !== undefined ? [] : [[resource, quantity] as const];
    });
    return added.length === 0 ? {} : { [name]: { ...given, ...Object.fromEntries(added) } };
  };
  return { ...container, resources: { ...resources, ...filled('requests'), ...filled('limits') } };
}

/** A readiness probe for the container that serves; what a probe says is made complete. */
function defaultProbes(container: JsonObject, serves: boolean): JsonObject {
  const readiness = objectAt(container, 'readinessProbe') ?? (serves ? {} : undefined);
  const probes: JsonObject = readiness ? { readinessProbe: defaultReadiness(readiness, serves) } : {};
  for (const name of ['readinessProbe', 'livenessProbe', 'startupProbe']) {
    const probe = objectAt(probes, name) ?? objectAt(container, name);
    const grpc = probe && objectAt(probe, 'grpc');
    if (grpc && own(grpc, 'service') === undefined) probes[name] = { ...probe, grpc: { ...grpc, service: '' } };
  }
  return { ...container, ...probes };
}

function defaultReadiness(probe: JsonObject, serves: boolean): JsonObject {
  const hasHandler = ['tcpSocket', 'httpGet', 'exec', 'grpc'].some((handler) => own(probe, handler) !== undefined);
  const filled = (name: string, value: Json): JsonObject => (numberAt(probe, name) ? {} : { [name]: value });
  return {
    ...probe,
    ...(serves && !hasHandler ? { tcpSocket: {} } : {}),
    ...filled('successThreshold', 1),
    ...(numberAt(probe, 'periodSeconds') ? { ...filled('failureThreshold', 3), ...filled('timeoutSeconds', 1) } : {}),
  };
}

function mountsReadOnly(container: JsonObject, writable: ReadonlySet<string>): JsonObject {
  const mounts = objectsAt(container, 'volumeMounts');
  if (mounts.length === 0) return container;
  return { ...container, volumeMounts: mounts.map((m) => (writable.has(textAt(m, 'name')) ? m : { ...m, readOnly: true })) };
}

/** With secure-pod-defaults: what the `restricted` profile asks for, where neither the container nor the pod says otherwise. */
function defaultSecurityContext(container: JsonObject, pod: JsonObject, features: FeaturesConfig): JsonObject {
  if (features.securePodDefaults === 'Disabled') return container;
  const given = objectAt(container, 'securityContext') ?? {};
  const added: JsonObject = {};
  if (own(given, 'allowPrivilegeEscalation') === undefined) added['allowPrivilegeEscalation'] = false;
  const profile = objectAt(given, 'seccompProfile') ?? {};
  if (textAt(objectAt(pod, 'seccompProfile') ?? {}, 'type') === '' && textAt(profile, 'type') === '')
    added['seccompProfile'] = { ...profile, type: 'RuntimeDefault' };
  if (!objectAt(given, 'capabilities')) {
    const bindsLowPort = objectsAt(container, 'ports').some((p) => (numberAt(p, 'containerPort') ?? 0) < 1024);
    added['capabilities'] = { drop: ['ALL'], ...(bindsLowPort ? { add: ['NET_BIND_SERVICE'] } : {}) };
  }
  const saysUser = own(pod, 'runAsNonRoot') !== undefined || own(given, 'runAsNonRoot') !== undefined;
  if (features.securePodDefaults === 'Enabled' && !saysUser) added['runAsNonRoot'] = true;
  const securityContext = { ...given, ...added };
  return Object.keys(securityContext).length === 0 ? container : { ...container, securityContext };
}
