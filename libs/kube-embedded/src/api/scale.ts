import type { KubeObject } from '@tidegate/kube';
import type { ResourceDefinition } from '../resources/resource-definition.js';
import { badRequest, pathNotFound } from './api-error.js';
import { cloneJson } from '@tidegate/kube/json';

type Tree = { [key: string]: Tree | string | number | undefined };

const keysOf = (path: string): string[] => path.split('.').filter((k) => k !== '');

function valueAt(object: KubeObject, path: string): unknown {
  let value: unknown = object;
  for (const key of keysOf(path)) value = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
  return value;
}

/** A label selector as text, the form that autoscalers read. */
function selectorText(selector: unknown): string {
  if (typeof selector === 'string') return selector;
  const { matchLabels = {}, matchExpressions = [] } = (selector ?? {}) as {
    matchLabels?: Record<string, string>;
    matchExpressions?: { key: string; operator: string; values?: string[] }[];
  };
  const terms = Object.entries(matchLabels).map(([k, v]) => `${k}=${v}`);
  for (const { key, operator, values = [] } of matchExpressions) {
    if (operator === 'In') terms.push(`${key} in (${values.join(',')})`);
    else if (operator === 'NotIn') terms.push(`${key} notin (${values.join(',')})`);
    else terms.push(operator === 'Exists' ? key : `!${key}`);
  }
  return terms.join(',');
}

/** The autoscaling/v1 Scale of an object. Throws 404 for kinds without one. */
export function toScale(definition: ResourceDefinition, object: KubeObject): Record<string, unknown> {
  const { scale } = definition;
  if (!scale) throw pathNotFound();
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata ?? {};
  const selector = scale.labelSelectorPath ? selectorText(valueAt(object, scale.labelSelectorPath)) : '';
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: { replicas: Number(valueAt(object, scale.specReplicasPath) ?? 0) },
    status: { replicas: Number(valueAt(object, scale.statusReplicasPath) ?? 0), ...(selector ? { selector } : {}) },
  };
}

/** The object with the replicas that a Scale asks for. Throws 400. */
export function fromScale(definition: ResourceDefinition, object: KubeObject, scale: unknown): KubeObject {
  const { metadata, spec } = (scale ?? {}) as { metadata?: { resourceVersion?: string }; spec?: { replicas?: number } };
  const replicas = spec?.replicas ?? 0;
  if (!Number.isInteger(replicas) || replicas < 0)
    throw badRequest(
      `Scale.autoscaling "${object.metadata?.name ?? ''}" is invalid: spec.replicas: Invalid value: ${replicas}: must be greater than or equal to 0`,
    );
  const next = cloneJson(object);
  const keys = keysOf(definition.scale?.specReplicasPath ?? '');
  let at = next as Tree;
  for (const key of keys.slice(0, -1)) at = (at[key] ??= {}) as Tree;
  at[keys.at(-1) ?? ''] = replicas;
  next.metadata = { ...next.metadata, resourceVersion: metadata?.resourceVersion ?? next.metadata?.resourceVersion ?? '' };
  return next;
}
