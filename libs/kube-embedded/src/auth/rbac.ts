/** Who asks, as authentication found it (after impersonation). */
export interface UserInfo {
  name: string;
  groups: readonly string[];
  uid?: string;
  extra?: Record<string, readonly string[]>;
}

/** What is asked. Resource requests name group and resource (subresource as `pods/log` in `resource` plus `subresource`); others a path. */
export type AccessRequest =
  | {
      verb: string;
      group: string;
      resource: string;
      subresource?: string | undefined;
      namespace?: string | undefined;
      name?: string | undefined;
    }
  | { verb: string; path: string };

export interface PolicyRule {
  verbs?: string[];
  apiGroups?: string[];
  resources?: string[];
  resourceNames?: string[];
  nonResourceURLs?: string[];
}

export interface Subject {
  kind: string;
  apiGroup?: string;
  name: string;
  namespace?: string;
}

export interface Binding {
  metadata?: { name?: string; namespace?: string };
  subjects?: Subject[];
  roleRef: { kind: string; name: string };
}

/** Read access to the RBAC objects; the evaluator keeps nothing, so a change counts at once. */
export interface RbacSource {
  clusterRoleBindings(): Iterable<Binding>;
  roleBindings(namespace: string): Iterable<Binding>;
  /** Rules of a ClusterRole (aggregation already filled in); undefined when it does not exist. */
  clusterRole(name: string): readonly PolicyRule[] | undefined;
  role(namespace: string, name: string): readonly PolicyRule[] | undefined;
}

export const SYSTEM_MASTERS = 'system:masters';

function matches(list: readonly string[] | undefined, value: string): boolean {
  return list?.some((item) => item === '*' || item === value) ?? false;
}

function pathMatches(list: readonly string[] | undefined, path: string): boolean {
  return list?.some((item) => item === '*' || item === path || (item.endsWith('*') && path.startsWith(item.slice(0, -1)))) ?? false;
}

/** `*`, `pods`, `pods/log` and `* /log` (written together) as Kubernetes reads them. */
function resourceMatches(list: readonly string[] | undefined, resource: string, subresource: string | undefined): boolean {
  const full = subresource ? `${resource}/${subresource}` : resource;
  return list?.some((item) => item === '*' || item === full || (subresource !== undefined && item === `*/${subresource}`)) ?? false;
}

export function ruleAllows(rule: PolicyRule, request: AccessRequest): boolean {
  if (!matches(rule.verbs, request.verb)) return false;
  if ('path' in request) return pathMatches(rule.nonResourceURLs, request.path);
  if (!matches(rule.apiGroups, request.group) || !resourceMatches(rule.resources, request.resource, request.subresource)) return false;
  return !rule.resourceNames?.length || (request.name !== undefined && rule.resourceNames.includes(request.name));
}

function subjectIs(subject: Subject, user: UserInfo, bindingNamespace: string | undefined): boolean {
  switch (subject.kind) {
    case 'User':
      return subject.name === user.name;
    case 'Group':
      return user.groups.includes(subject.name);
    case 'ServiceAccount':
      return user.name === `system:serviceaccount:${subject.namespace ?? bindingNamespace ?? ''}:${subject.name}`;
    default:
      return false;
  }
}

interface Grant {
  binding: Binding;
  subject: Subject;
  rules: readonly PolicyRule[];
  /** Of a RoleBinding; undefined for cluster-wide ones. */
  namespace: string | undefined;
}

/** Every binding that concerns `user` in `namespace` (cluster-wide ones always). */
function* grantsFor(user: UserInfo, namespace: string | undefined, source: RbacSource): Generator<Grant> {
  for (const binding of source.clusterRoleBindings()) {
    const subject = binding.subjects?.find((s) => subjectIs(s, user, undefined));
    if (subject) yield { binding, subject, rules: source.clusterRole(binding.roleRef.name) ?? [], namespace: undefined };
  }
  if (!namespace) return;
  for (const binding of source.roleBindings(namespace)) {
    const subject = binding.subjects?.find((s) => subjectIs(s, user, namespace));
    if (!subject) continue;
    const { kind, name } = binding.roleRef;
    yield { binding, subject, rules: (kind === 'Role' ? source.role(namespace, name) : source.clusterRole(name)) ?? [], namespace };
  }
}

/** Every rule that holds for `user` in `namespace` (cluster-wide ones always). */
export function* rulesFor(user: UserInfo, namespace: string | undefined, source: RbacSource): Generator<PolicyRule> {
  for (const { rules } of grantsFor(user, namespace, source)) yield* rules;
}

export function isAllowed(user: UserInfo, request: AccessRequest, source: RbacSource): boolean {
  return allowedBecause(user, request, source) !== undefined;
}

/** Kubernetes' sentence about the binding that allows the request; '' for system:masters, who need none; undefined when refused. */
export function allowedBecause(user: UserInfo, request: AccessRequest, source: RbacSource): string | undefined {
  if (user.groups.includes(SYSTEM_MASTERS)) return '';
  for (const grant of grantsFor(user, 'path' in request ? undefined : request.namespace, source)) {
    if (grant.rules.some((rule) => ruleAllows(rule, request))) return grantText(grant);
  }
  return undefined;
}

function grantText({ binding, subject, namespace }: Grant): string {
  const name = binding.metadata?.name ?? '';
  const which = namespace === undefined ? `ClusterRoleBinding "${name}"` : `RoleBinding "${name}/${namespace}"`;
  const whom = subject.kind === 'ServiceAccount' ? `"${subject.name}/${subject.namespace ?? namespace ?? ''}"` : `"${subject.name}"`;
  return `RBAC: allowed by ${which} of ${binding.roleRef.kind} "${binding.roleRef.name}" to ${subject.kind} ${whom}`;
}

/** The sentence of a 403, as Kubernetes writes it (without the leading `resource "name" is forbidden: `). */
export function refusalText(user: UserInfo, request: AccessRequest): string {
  if ('path' in request) return `User "${user.name}" cannot ${request.verb} path "${request.path}"`;
  const resource = request.subresource ? `${request.resource}/${request.subresource}` : request.resource;
  const where = request.namespace ? `in the namespace "${request.namespace}"` : 'at the cluster scope';
  return `User "${user.name}" cannot ${request.verb} resource "${resource}" in API group "${request.group}" ${where}`;
}

/** One rule per verb, group, resource and name, so that coverage can be checked piece by piece. */
function* pieces(rule: PolicyRule): Generator<PolicyRule> {
  for (const verb of rule.verbs ?? []) {
    for (const url of rule.nonResourceURLs ?? []) yield { verbs: [verb], nonResourceURLs: [url] };
    for (const group of rule.apiGroups ?? []) {
      for (const resource of rule.resources ?? []) {
        const names = rule.resourceNames?.length ? rule.resourceNames : [undefined];
        for (const name of names)
          yield { verbs: [verb], apiGroups: [group], resources: [resource], ...(name === undefined ? {} : { resourceNames: [name] }) };
      }
    }
  }
}

function covers(owned: PolicyRule, piece: PolicyRule): boolean {
  const has = (list: readonly string[] | undefined, wanted: readonly string[] | undefined): boolean =>
    (wanted ?? []).every((w) => matches(list, w));
  if (!has(owned.verbs, piece.verbs)) return false;
  if (piece.nonResourceURLs) return piece.nonResourceURLs.every((url) => pathMatches(owned.nonResourceURLs, url));
  if (!has(owned.apiGroups, piece.apiGroups)) return false;
  const resourcesCovered = (piece.resources ?? []).every((wanted) => {
    const [resource = '', subresource] = wanted.split('/');
    return wanted === '*' ? matches(owned.resources, '*') : resourceMatches(owned.resources, resource, subresource);
  });
  if (!resourcesCovered) return false;
  return !owned.resourceNames?.length || (piece.resourceNames?.every((n) => owned.resourceNames?.includes(n)) ?? false);
}

/** What of `wanted` the user does not hold: nobody grants more than they have. Empty when the grant is fine. */
export function rulesNotHeld(
  user: UserInfo,
  wanted: readonly PolicyRule[],
  namespace: string | undefined,
  source: RbacSource,
): PolicyRule[] {
  if (user.groups.includes(SYSTEM_MASTERS)) return [];
  const owned = [...rulesFor(user, namespace, source)];
  return wanted.flatMap((rule) => [...pieces(rule)]).filter((piece) => !owned.some((o) => covers(o, piece)));
}
