import { type AccessRequest, type UserInfo, allowedBecause, rulesFor } from '../auth/rbac.js';
import type { ObjectStore } from '../store/object-store.js';
import { TOKEN_ISSUER } from '../auth/authenticate.js';
import type { FieldError } from '../resources/resource-definition.js';
import { invalidValue } from '../schema/field-errors.js';
import { badRequest, invalid } from './api-error.js';
import { timestamp } from './object-metadata.js';
import { rbacSource } from './rbac-objects.js';

export type ReviewToken = (token: string, audiences: readonly string[]) => { user: UserInfo; audiences: string[] } | undefined;

interface ReviewSpec {
  user?: string;
  groups?: string[];
  uid?: string;
  extra?: Record<string, string[]>;
  audiences?: string[];
  namespace?: string;
  token?: string;
  resourceAttributes?: { namespace?: string; verb?: string; group?: string; resource?: string; subresource?: string; name?: string };
  nonResourceAttributes?: { path?: string; verb?: string };
}

/** What is asked. Throws 422 with Kubernetes' words. */
function requestOf(spec: ReviewSpec, namespace: string | undefined): AccessRequest {
  const { resourceAttributes: r, nonResourceAttributes: n } = spec;
  if (!r === !n) {
    const shown = n ? { Path: n.path ?? '', Verb: n.verb ?? '' } : null;
    throw refused(invalidValue('spec', shown, 'exactly one of nonResourceAttributes or resourceAttributes must be specified'));
  }
  if (n) return { verb: n.verb ?? '', path: n.path ?? '' };
  if (namespace !== undefined && (r?.namespace ?? '') !== namespace)
    throw refused(invalidValue('spec.resourceAttributes.namespace', r?.namespace ?? '', 'must match metadata.namespace'));
  return {
    verb: r?.verb ?? '',
    group: r?.group ?? '',
    resource: r?.resource ?? '',
    subresource: r?.subresource || undefined,
    namespace: r?.namespace || undefined,
    name: r?.name || undefined,
  };
}

/** Kubernetes leaves the kind of a review out here. */
const refused = (error: FieldError) => invalid({ group: 'authorization.k8s.io', kind: '' }, '', [error]);

function otherUser({ user = '', groups = [], uid, extra }: ReviewSpec): UserInfo {
  if (user === '' && groups.length === 0) throw refused(invalidValue('spec.user', user, 'at least one of user or group must be specified'));
  return { name: user, groups, ...(uid ? { uid } : {}), ...(extra ? { extra } : {}) };
}

/** The request is checked before the user, as in Kubernetes. */
function asked(spec: ReviewSpec, namespace: string | undefined): [UserInfo, AccessRequest] {
  const request = requestOf(spec, namespace);
  return [otherUser(spec), request];
}

const userInfo = ({ name, groups, uid, extra }: UserInfo) => ({
  username: name,
  ...(uid ? { uid } : {}),
  groups,
  ...(extra && Object.keys(extra).length > 0 ? { extra } : {}),
});

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
  reviewToken: ReviewToken,
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
      const kind = plural === 'subjectaccessreviews' ? 'SubjectAccessReview' : 'LocalSubjectAccessReview';
      return authorization(kind, verdict(allowedBecause(...asked(spec, namespace), source)), namespace);
    }
    case 'selfsubjectrulesreviews': {
      if (!spec.namespace) throw badRequest('no namespace on request');
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
        status: { userInfo: userInfo(user) },
      };
    case 'tokenreviews': {
      if (!spec.token) throw badRequest('token is required for TokenReview in authentication');
      const found = reviewToken(spec.token, spec.audiences?.length ? spec.audiences : [TOKEN_ISSUER]);
      const status = found
        ? { authenticated: true, user: userInfo(found.user), audiences: found.audiences }
        : { user: {}, error: 'invalid bearer token' };
      return { kind: 'TokenReview', apiVersion: 'authentication.k8s.io/v1', metadata: {}, spec, status };
    }
    default:
      return undefined;
  }
}
