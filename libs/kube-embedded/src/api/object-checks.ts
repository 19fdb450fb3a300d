import type { KubeObject, ObjectMeta } from '@tidegate/kube';
import { apiVersionOf } from '@tidegate/kube';
import { isDeepStrictEqual } from 'node:util';
import { type PolicyRule, isAllowed, rulesNotHeld } from '../auth/rbac.js';
import type { ResourceDefinition } from '../resources/resource-definition.js';
import { ApiError, alreadyExists, badRequest, forbidden, invalid, stillThere, unexplained } from './api-error.js';
import type { ApiContext, WriteOptions } from './api-options.js';
import { bindingRules, boundRole, grantOf, rbacSource, roleRules } from './rbac-objects.js';

type Whole = KubeObject & { metadata: ObjectMeta };

/** New objects need a namespace that exists and does not end. */
export function checkNamespace(context: ApiContext, definition: ResourceDefinition, namespace: string | undefined, name: string): void {
  if (!definition.namespaced) return;
  const found = context.store.get('/namespaces', namespace ?? '');
  if (!found)
    throw new ApiError(404, 'NotFound', `namespaces "${namespace ?? ''}" not found`, { name: namespace ?? '', kind: 'namespaces' });
  if (found.metadata?.deletionTimestamp) {
    const refused = forbidden(
      definition,
      name,
      `unable to create new content in namespace ${namespace ?? ''} because it is being terminated`,
    );
    throw new ApiError(403, refused.reason, refused.message, {
      ...refused.details,
      causes: [
        { reason: 'NamespaceTerminating', message: `namespace ${namespace ?? ''} is being terminated`, field: 'metadata.namespace' },
      ],
    });
  }
}

/** Types and unknown fields of what a client sent. */
export function checkFields(definition: ResourceDefinition, object: KubeObject, options: WriteOptions): void {
  const refusal = definition.decode(object);
  if (refusal !== undefined)
    throw badRequest(`${definition.kind} in version "${definition.version}" cannot be handled as a ${definition.kind}: ${refusal}`);
  const unknown = definition.prune(object).map((path) => `unknown field "${path}"`);
  if (unknown.length === 0 || options.fieldValidation === 'Ignore') return;
  if (options.fieldValidation === 'Strict')
    throw badRequest(
      `${definition.kind} in version "${definition.version}" cannot be handled as a ${definition.kind}: strict decoding error: ${unknown.join(', ')}`,
    );
  options.warnings.push(...unknown);
}

/** Server-side apply is strict: a field that the schema does not declare cannot be owned. */
export function checkApplied(definition: ResourceDefinition, applied: Whole, namespace: string): void {
  const { name = '' } = applied.metadata;
  const what = `failed to create typed patch object (${namespace}/${name}; ${apiVersionOf(definition).includes('/') ? '' : '/'}${apiVersionOf(definition)}, Kind=${definition.kind})`;
  const refusal = definition.decode(applied);
  if (refusal !== undefined) throw unexplained(`${what}: ${refusal}`);
  const [unknown] = definition.prune(applied);
  if (unknown !== undefined) throw unexplained(`${what}: .${unknown}: field not declared in schema`);
}

export function checkAbsent(definition: ResourceDefinition, name: string, current: KubeObject | undefined): void {
  if (current) throw current.metadata?.deletionTimestamp === undefined ? alreadyExists(definition, name) : stillThere(definition, name);
}

/** Rules of the kind, and that nobody grants what they do not hold. Throws 422 and 403. */
export function checkValid(
  context: ApiContext,
  definition: ResourceDefinition,
  object: Whole,
  previous: KubeObject | undefined,
  options: WriteOptions,
): void {
  const errors = definition.validate(object, previous, options.warnings);
  if (errors.length > 0) throw invalid(definition, object.metadata.name ?? object.metadata.generateName ?? '', errors);
  if (definition.group === RBAC) checkEscalation(context, definition, object, previous, options);
}

const RBAC = 'rbac.authorization.k8s.io';

/** As Go prints a rule: `{APIGroups:[""], Resources:["secrets"], Verbs:["get"]}`. */
function ruleText({ apiGroups, nonResourceURLs, resourceNames, resources, verbs }: PolicyRule): string {
  const parts = Object.entries({ APIGroups: apiGroups, NonResourceURLs: nonResourceURLs, ResourceNames: resourceNames, Resources: resources, Verbs: verbs });
  return `{${parts.flatMap(([name, values]) => (values?.length ? [`${name}:[${values.map((value) => JSON.stringify(value)).join(' ')}]`] : [])).join(', ')}}`;
}

/** Nobody grants what they do not hold, but who may `escalate` that role, or `bind` the one that is bound. What grants as before was checked before. */
function checkEscalation(context: ApiContext, definition: ResourceDefinition, object: Whole, previous: KubeObject | undefined, { user }: WriteOptions): void {
  if (previous && isDeepStrictEqual(grantOf(object), grantOf(previous))) return;
  const source = rbacSource(context.store);
  const namespace = object.metadata.namespace;
  const isBinding = definition.kind.endsWith('Binding');
  const of = isBinding ? { verb: 'bind', ...boundRole(object) } : { verb: 'escalate', resource: definition.plural, name: object.metadata.name ?? '' };
  if (isAllowed(user, { ...of, group: RBAC, ...(namespace === undefined ? {} : { namespace }) }, source)) return;
  const wanted = isBinding ? bindingRules(object, source) : roleRules(object);
  const missing = rulesNotHeld(user, wanted, namespace, source);
  if (missing.length === 0) return;
  const text = missing.map(ruleText).join('\n');
  throw forbidden(
    definition,
    object.metadata.name ?? '',
    `user "${user.name}" (groups=${JSON.stringify(user.groups)}) is attempting to grant RBAC permissions not currently held:\n${text}`,
  );
}
