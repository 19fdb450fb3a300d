import { type AccessRequest, type UserInfo, allowedBecause, rulesFor } from '../auth/rbac.js';
import type { ObjectStore } from '../store/object-store.js';
import { badRequest } from './api-error.js';
import { timestamp } from './object-metadata.js';
import { rbacSource } from './rbac-objects.js';

interface ReviewSpec {
  user?: string;
  groups?: string[];
  namespace?: string;
  token?: string;
  resourceAttributes?: { namespace?: string; verb?: string; group?: string; resource?: string; subresource?: string; name?: string };
  nonResourceAttributes?: { path?: string; verb?: string };
}

function requestOf(spec: ReviewSpec, namespace: string | undefined): AccessRequest {
  const { resourceAttributes: r, nonResourceAttributes: n } = spec;
  if (r && n) throw badRequest('spec.nonResourceAttributes: Invalid value: cannot be specified in combination with resourceAttributes');
  if (n) return { verb: n.verb ?? '', path: n.path ?? '' };
  if (!r)
    throw badRequest(
      'spec.resourceAttributes: Invalid value: exactly one of nonResourceAttributes or resourceAttributes must be specified',
    );
  return {
    verb: r.verb ?? '',
    group: r.group ?? '',
    resource: r.resource ?? '',
    subresource: r.subresource || undefined,
    namespace: namespace ?? (r.namespace || undefined),
    name: r.name || undefined,
  };
}

function verdict(reason: string | undefined): Record<string, unknown> {
  return reason === undefined ? { allowed: false } : { allowed: true, ...(reason === '' ? {} : { reason }) };
}

/** Answers the review kinds of authorization.k8s.io and authentication.k8s.io; undefined for another resource. */
export function answerReview(
  store: ObjectStore,
  user: UserInfo,
  plural: string,
  namespace: string | undefined,
  body: unknown,
  authenticateToken: (token: string) => UserInfo | undefined,
  now: number,
): Record<string, unknown> | undefined {
  const spec = ((body as { spec?: ReviewSpec } | undefined)?.spec ?? {}) as ReviewSpec;
  const source = rbacSource(store);
  const authorization = (kind: string, status: unknown, within?: string): Record<string, unknown> => ({
    kind,
    apiVersion: 'authorization.k8s.io/v1',
    metadata: within === undefined ? {} : { namespace: within },
    spec,
    status,
  });
  switch (plural) {
    case 'selfsubjectaccessreviews':
      return authorization('SelfSubjectAccessReview', verdict(allowedBecause(user, requestOf(spec, undefined), source)));
    case 'subjectaccessreviews':
    case 'localsubjectaccessreviews': {
      const other: UserInfo = { name: spec.user ?? '', groups: spec.groups ?? [] };
      const kind = plural === 'subjectaccessreviews' ? 'SubjectAccessReview' : 'LocalSubjectAccessReview';
      return authorization(kind, verdict(allowedBecause(other, requestOf(spec, namespace), source)), namespace);
    }
    case 'selfsubjectrulesreviews': {
      const rules = user.groups.includes('system:masters')
        ? [
            { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
            { verbs: ['*'], nonResourceURLs: ['*'] },
          ]
        : [...rulesFor(user, spec.namespace, source)];
      return authorization('SelfSubjectRulesReview', {
        resourceRules: rules
          .filter((r) => r.resources)
          .map(({ verbs = [], apiGroups, resources, resourceNames }) => ({
            verbs,
            apiGroups,
            resources,
            ...(resourceNames ? { resourceNames } : {}),
          })),
        nonResourceRules: rules.filter((r) => r.nonResourceURLs).map(({ verbs = [], nonResourceURLs }) => ({ verbs, nonResourceURLs })),
        incomplete: false,
      });
    }
    case 'selfsubjectreviews':
      return {
        kind: 'SelfSubjectReview',
        apiVersion: 'authentication.k8s.io/v1',
        metadata: { creationTimestamp: timestamp(now) },
        status: { userInfo: { username: user.name, groups: user.groups } },
      };
    case 'tokenreviews': {
      const found = authenticateToken(spec.token ?? '');
      const status = found
        ? { authenticated: true, user: { username: found.name, groups: found.groups } }
        : { user: {}, error: 'invalid bearer token' };
      // The token itself is not repeated.
      return { kind: 'TokenReview', apiVersion: 'authentication.k8s.io/v1', metadata: {}, spec: {}, status };
    }
    default:
      return undefined;
  }
}
