import { type JsonObject, objectAt, objectsAt, textAt } from '../json.js';
import type { Amounts } from './amounts.js';
import { podAmounts } from './pod-amounts.js';

/** A kind, such as `{ group: 'apps', plural: 'deployments' }`. */
export interface Named {
  group: string;
  plural: string;
}

const COUNTED_BY_NAME: ReadonlySet<string> = new Set([
  'configmaps',
  'persistentvolumeclaims',
  'pods',
  'replicationcontrollers',
  'resourcequotas',
  'secrets',
  'services',
]);
const PLAIN_REQUESTS: ReadonlySet<string> = new Set(['cpu', 'memory', 'ephemeral-storage']);

/** `count/deployments.apps`, `count/pods`. */
export function countName({ group, plural }: Named): string {
  return `count/${plural}${group === '' ? '' : `.${group}`}`;
}

function podUsage(pod: JsonObject): Amounts {
  const phase = textAt(objectAt(pod, 'status'), 'phase');
  if (phase === 'Succeeded' || phase === 'Failed') return {};
  const usage: Record<string, string> = { pods: '1' };
  for (const [name, amount] of Object.entries(podAmounts(pod, 'requests'))) {
    usage[`requests.${name}`] = amount;
    // The bare names mean requests too.
    if (PLAIN_REQUESTS.has(name) || name.startsWith('hugepages-')) usage[name] = amount;
  }
  for (const [name, amount] of Object.entries(podAmounts(pod, 'limits'))) usage[`limits.${name}`] = amount;
  return usage;
}

function serviceUsage(service: JsonObject): Amounts {
  const spec = objectAt(service, 'spec');
  const type = textAt(spec, 'type');
  const ports = objectsAt(spec, 'ports').length;
  const isBalanced = type === 'LoadBalancer';
  const nodePorts = type === 'NodePort' || (isBalanced && spec?.allocateLoadBalancerNodePorts !== false) ? ports : 0;
  return { services: '1', 'services.nodeports': String(nodePorts), 'services.loadbalancers': isBalanced ? '1' : '0' };
}

function claimUsage(claim: JsonObject): Amounts {
  const spec = objectAt(claim, 'spec');
  const storage = textAt(objectAt(spec, 'resources', 'requests'), 'storage');
  const usage: Record<string, string> = { persistentvolumeclaims: '1', ...(storage ? { 'requests.storage': storage } : {}) };
  const storageClass = textAt(spec, 'storageClassName');
  if (storageClass === '') return usage;
  const prefix = `${storageClass}.storageclass.storage.k8s.io`;
  return { ...usage, [`${prefix}/persistentvolumeclaims`]: '1', ...(storage ? { [`${prefix}/requests.storage`]: storage } : {}) };
}

/** What one object takes of a quota (k8s.io/kubernetes/pkg/quota/v1/evaluator/core). */
export function objectAmounts(definition: Named, object: JsonObject): Amounts {
  const counted = { [countName(definition)]: '1' };
  if (definition.group !== '') return counted;
  switch (definition.plural) {
    case 'pods':
      return { ...counted, ...podUsage(object) };
    case 'services':
      return { ...counted, ...serviceUsage(object) };
    case 'persistentvolumeclaims':
      return { ...counted, ...claimUsage(object) };
    default:
      return COUNTED_BY_NAME.has(definition.plural) ? { ...counted, [definition.plural]: '1' } : counted;
  }
}

/** Whether a quota that limits `name` looks at objects of this kind. */
export function concerns(definition: Named, name: string): boolean {
  if (name === countName(definition)) return true;
  if (definition.group !== '') return false;
  switch (definition.plural) {
    case 'pods':
      return name === 'pods' || PLAIN_REQUESTS.has(name) || /^(requests\.(?!storage$)|limits\.|hugepages-)/.test(name);
    case 'services':
      return name === 'services' || name.startsWith('services.');
    case 'persistentvolumeclaims':
      return name === 'persistentvolumeclaims' || name === 'requests.storage' || name.includes('.storageclass.storage.k8s.io/');
    default:
      return COUNTED_BY_NAME.has(definition.plural) && name === definition.plural;
  }
}
