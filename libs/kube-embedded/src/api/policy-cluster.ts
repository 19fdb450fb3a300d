import type { KubeObject } from '@tidegate/kube';
import { allowedBecause, type AccessRequest, type UserInfo } from '../auth/rbac.js';
import type { AccessQuestion, AskAccess } from '../cel/library/authorizers.js';
import type { MutatingPolicy } from '../policies/mutate-by-policies.js';
import type { Binding, ParamRef, Policy, PolicyCluster } from '../policies/validate-by-policies.js';
import { type JsonObject, jsonOf, objectAt } from '@tidegate/kube/json';
import { selectorMatches } from '../webhooks/webhook-rules.js';
import type { ApiContext } from './api-options.js';
import { rbacSource } from './rbac-objects.js';
import { keyOf, resourceOf } from './registry.js';

const GROUP = 'admissionregistration.k8s.io';

/** Fields of a namespace that expressions may see. */
const NAMESPACE_METADATA = ['name', 'generateName', 'namespace', 'labels', 'annotations', 'uid', 'creationTimestamp', 'deletionGracePeriodSeconds', 'deletionTimestamp', 'generation', 'resourceVersion', 'finalizers'];

function accessOf({ path, group, resource, subresource, namespace, name }: AccessQuestion, verb: string): AccessRequest {
  if (path !== undefined) return { verb, path };
  return { verb, group: group ?? '', resource: resource ?? '', subresource, namespace, name };
}

/** Asks RBAC for the user of the request, or for the service account that a rule names. */
function authorizerOf({ store }: ApiContext, user: UserInfo): AskAccess {
  return (question, verb) => {
    const account = question.serviceAccount;
    const who = account
      ? {
          name: `system:serviceaccount:${account.namespace}:${account.name}`,
          groups: ['system:serviceaccounts', `system:serviceaccounts:${account.namespace}`, 'system:authenticated'],
        }
      : user;
    const reason = allowedBecause(who, accessOf(question, verb), rbacSource(store));
    return { allowed: reason !== undefined, reason: reason ?? '' };
  };
}

function paramsOf({ store, registry }: ApiContext, kind: { apiVersion?: string; kind?: string }, ref: ParamRef, namespace: string | undefined): JsonObject[] | { problem: string } {
  const [version = '', group = ''] = (kind.apiVersion ?? '').split('/').reverse();
  const definition = registry.all().find((d) => d.group === group && d.version === version && d.kind === kind.kind);
  if (!definition) return { problem: `failed to find resource referenced by paramKind: '${group}/${version}, Kind=${kind.kind ?? ''}'` };
  const within = definition.namespaced ? (ref.namespace ?? namespace) : undefined;
  if (definition.namespaced && !within) return { problem: 'cannot use namespaced paramRef in policy binding that matches cluster-scoped resources' };
  if (ref.name) {
    const found = store.get(resourceOf(definition), keyOf(definition, within, ref.name));
    return found ? [jsonOf(found)] : [];
  }
  const all = store.list(resourceOf(definition), definition.namespaced ? `${within ?? ''}/` : '');
  return all.filter((object: KubeObject) => selectorMatches(ref.selector, object.metadata?.labels ?? {})).map(jsonOf);
}

export function policyCluster(context: ApiContext, user: UserInfo): PolicyCluster {
  const { store } = context;
  const listed = <T extends object>(plural: string): T[] => store.list(`${GROUP}/${plural}`, '') as T[];
  return {
    policies: () => listed<Policy>('validatingadmissionpolicies'),
    bindings: () => listed<Binding>('validatingadmissionpolicybindings'),
    mutatingPolicies: () => listed<MutatingPolicy>('mutatingadmissionpolicies'),
    mutatingBindings: () => listed<Binding>('mutatingadmissionpolicybindings'),
    namespaceLabels: (a) => {
      if (a.kind.kind === 'Namespace' && a.kind.group === '') return labelsOfObject(a.object ?? a.oldObject);
      return a.namespace === undefined ? undefined : (store.get('/namespaces', a.namespace)?.metadata?.labels ?? {});
    },
    namespaceObject: (name) => {
      const found = store.get('/namespaces', name);
      if (!found) return undefined;
      const { metadata, spec, status } = jsonOf(found);
      const known = objectAt({ metadata }, 'metadata') ?? {};
      const shown = Object.fromEntries(NAMESPACE_METADATA.flatMap((key) => (known[key] === undefined ? [] : [[key, known[key]]])));
      return { metadata: shown, ...(spec === undefined ? {} : { spec }), ...(status === undefined ? {} : { status }) };
    },
    params: (kind, ref, namespace) => paramsOf(context, kind, ref, namespace),
    ask: authorizerOf(context, user),
  };
}

function labelsOfObject(object: Record<string, unknown> | undefined): Record<string, string> {
  const labels = objectAt(object && jsonOf(object), 'metadata', 'labels') ?? {};
  return Object.fromEntries(Object.entries(labels).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}
