import { type Json, type JsonObject, ensureObject, objectAt, objectsAt, setDefault, textAt } from '@tidegate/kube/json';

/** Defaults of the remaining kinds. */
export function setSecretDefaults(secret: JsonObject): void {
  setDefault(secret, 'type', 'Opaque');
  // stringData is a convenience for writing: it becomes data and is never stored.
  const plain = objectAt(secret, 'stringData');
  delete secret.stringData;
  if (!plain) return;
  const data = ensureObject(secret, 'data');
  for (const [key, value] of Object.entries(plain))
    if (typeof value === 'string') data[key] = Buffer.from(value, 'utf8').toString('base64');
}

export function setNamespaceDefaults(namespace: JsonObject): void {
  const name = textAt(objectAt(namespace, 'metadata'), 'name');
  const labels = ensureObject(ensureObject(namespace, 'metadata'), 'labels');
  if (name !== '') labels['kubernetes.io/metadata.name'] = name;
  ensureObject(namespace, 'spec');
}

const rbacGroup = 'rbac.authorization.k8s.io';

export function setBindingDefaults(binding: JsonObject): void {
  const role = objectAt(binding, 'roleRef');
  if (role) setDefault(role, 'apiGroup', rbacGroup);
  for (const subject of objectsAt(binding, 'subjects'))
    if (subject.kind === 'User' || subject.kind === 'Group') setDefault(subject, 'apiGroup', rbacGroup);
}

function setRuleDefaults(rules: JsonObject[]): void {
  for (const rule of rules) setDefault(rule, 'scope', '*');
}

export function setWebhookDefaults(configuration: JsonObject): void {
  const isMutating = configuration.kind === 'MutatingWebhookConfiguration';
  for (const webhook of objectsAt(configuration, 'webhooks')) {
    setDefault(webhook, 'failurePolicy', 'Fail');
    setDefault(webhook, 'matchPolicy', 'Equivalent');
    ensureObject(webhook, 'namespaceSelector');
    ensureObject(webhook, 'objectSelector');
    setDefault(webhook, 'timeoutSeconds', 10);
    if (isMutating) setDefault(webhook, 'reinvocationPolicy', 'Never');
    setRuleDefaults(objectsAt(webhook, 'rules'));
    const service = objectAt(webhook, 'clientConfig', 'service');
    if (service) setDefault(service, 'port', 443);
  }
}

function setMatchDefaults(match: JsonObject | undefined): void {
  if (!match) return;
  setDefault(match, 'matchPolicy', 'Equivalent');
  ensureObject(match, 'namespaceSelector');
  ensureObject(match, 'objectSelector');
  setRuleDefaults([...objectsAt(match, 'resourceRules'), ...objectsAt(match, 'excludeResourceRules')]);
}

export function setAdmissionPolicyDefaults(policy: JsonObject): void {
  const spec = ensureObject(policy, 'spec');
  setDefault(spec, 'failurePolicy', 'Fail');
  setMatchDefaults(objectAt(spec, 'matchConstraints'));
}

export function setMutatingPolicyDefaults(policy: JsonObject): void {
  setAdmissionPolicyDefaults(policy);
}

export function setAdmissionPolicyBindingDefaults(binding: JsonObject): void {
  setMatchDefaults(objectAt(binding, 'spec', 'matchResources'));
}

export function setAutoscalerDefaults(autoscaler: JsonObject): void {
  const spec = ensureObject(autoscaler, 'spec');
  setDefault(spec, 'minReplicas', 1);
  if (objectsAt(spec, 'metrics').length === 0)
    spec.metrics = [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } }];
  const behavior = objectAt(spec, 'behavior');
  if (!behavior) return;
  const percent: Json = { type: 'Percent', value: 100, periodSeconds: 15 };
  setScalingDefaults(ensureObject(behavior, 'scaleUp'), [{ type: 'Pods', value: 4, periodSeconds: 15 }, percent], 0);
  setScalingDefaults(ensureObject(behavior, 'scaleDown'), [{ ...percent }], undefined);
}

function setScalingDefaults(rules: JsonObject, policies: Json[], stabilizationSeconds: number | undefined): void {
  setDefault(rules, 'selectPolicy', 'Max');
  if (stabilizationSeconds !== undefined) setDefault(rules, 'stabilizationWindowSeconds', stabilizationSeconds);
  if (rules.policies === undefined) rules.policies = policies;
}

export function setPriorityClassDefaults(priorityClass: JsonObject): void {
  setDefault(priorityClass, 'preemptionPolicy', 'PreemptLowerPriority');
}

export function setStorageClassDefaults(storageClass: JsonObject): void {
  setDefault(storageClass, 'reclaimPolicy', 'Delete');
  setDefault(storageClass, 'volumeBindingMode', 'Immediate');
}

export function setVolumeDefaults(volume: JsonObject): void {
  const spec = ensureObject(volume, 'spec');
  setDefault(spec, 'persistentVolumeReclaimPolicy', 'Retain');
  setDefault(spec, 'volumeMode', 'Filesystem');
  const hostPath = objectAt(spec, 'hostPath');
  if (hostPath) setDefault(hostPath, 'type', '', false);
}

export function setLimitRangeDefaults(limitRange: JsonObject): void {
  for (const limit of objectsAt(objectAt(limitRange, 'spec'), 'limits')) {
    if (limit.type !== 'Container') continue;
    const max = objectAt(limit, 'max') ?? {};
    const min = objectAt(limit, 'min') ?? {};
    const limits = ensureObject(limit, 'default');
    for (const [key, value] of Object.entries(max)) if (value !== undefined) setDefault(limits, key, value);
    const requests = ensureObject(limit, 'defaultRequest');
    for (const [key, value] of Object.entries(limits)) if (value !== undefined) setDefault(requests, key, value);
    for (const [key, value] of Object.entries(min)) if (value !== undefined) setDefault(requests, key, value);
    for (const key of ['default', 'defaultRequest']) if (Object.keys(objectAt(limit, key) ?? {}).length === 0) delete limit[key];
  }
}

export function setEventDefaults(event: JsonObject): void {
  // Both views of an event show these even when they are unset.
  if (event.kind !== 'Event' || event.regarding !== undefined) return;
  setDefault(event, 'reportingComponent', '', false);
  setDefault(event, 'reportingInstance', '', false);
  ensureObject(event, 'source');
}

export function setCustomResourceDefinitionDefaults(crd: JsonObject): void {
  const spec = ensureObject(crd, 'spec');
  const names = ensureObject(spec, 'names');
  const kind = textAt(names, 'kind');
  if (kind !== '') {
    setDefault(names, 'singular', kind.toLowerCase());
    setDefault(names, 'listKind', `${kind}List`);
  }
  const conversion = ensureObject(spec, 'conversion');
  setDefault(conversion, 'strategy', 'None');
  const service = objectAt(conversion, 'webhook', 'clientConfig', 'service');
  if (service) setDefault(service, 'port', 443);
}
