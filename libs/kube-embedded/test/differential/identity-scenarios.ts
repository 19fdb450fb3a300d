import type { RawCall } from './raw-call.js';
import type { Scenario } from './scenarios.js';

const AUTH = 'authentication.k8s.io/v1';
const ACCOUNTS = '/api/v1/namespaces/diff/serviceaccounts';
const tokenRequest = (name: string, spec: Record<string, unknown>): RawCall => ({
  method: 'POST',
  path: `${ACCOUNTS}/${name}/token`,
  body: { apiVersion: AUTH, kind: 'TokenRequest', spec },
  // Of another moment and another key each time; the audience is the server's own name.
  ignore: ['status', 'spec.audiences', 'metadata.managedFields'],
});
const review = (group: string, kind: string, spec: Record<string, unknown>, path = `/apis/${group}/v1/${kind.toLowerCase()}s`): RawCall => ({
  method: 'POST',
  path,
  body: { apiVersion: `${group}/v1`, kind, spec },
  ignore: ['metadata.managedFields'],
});

export const identityScenarios: Scenario[] = [
  {
    name: 'tokens',
    setup: [{ method: 'POST', path: ACCOUNTS, body: { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'robot' } } }],
    calls: [
      { ...tokenRequest('robot', { expirationSeconds: 3600, audiences: ['a', 'b'] }), ignore: ['status', 'metadata.managedFields'] },
      tokenRequest('robot', {}),
      tokenRequest('robot', { expirationSeconds: 60 }),
      tokenRequest('robot', { expirationSeconds: 5_000_000_000 }),
      tokenRequest('robot', { boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name: 'none' } }),
      tokenRequest('robot', { boundObjectRef: { apiVersion: 'v1', kind: 'ConfigMap', name: 'none' } }),
      tokenRequest('robot', { boundObjectRef: { apiVersion: 'v1', kind: 'Secret', name: 'none' } }),
      tokenRequest('nobody', {}),
      { path: `${ACCOUNTS}/robot/token` },
      review('authentication.k8s.io', 'TokenReview', { token: 'nonsense' }),
      review('authentication.k8s.io', 'TokenReview', {}),
    ],
    after: [{ method: 'DELETE', path: `${ACCOUNTS}/robot` }],
  },
  {
    name: 'who asks',
    calls: [
      { ...review('authentication.k8s.io', 'SelfSubjectReview', {}), body: { apiVersion: AUTH, kind: 'SelfSubjectReview' }, as: 'eve,team' },
      { ...review('authentication.k8s.io', 'SelfSubjectReview', {}), body: { apiVersion: AUTH, kind: 'SelfSubjectReview' }, as: 'system:serviceaccount:diff:robot' },
      review('authorization.k8s.io', 'SubjectAccessReview', { user: 'eve', resourceAttributes: { verb: 'get', resource: 'pods', namespace: 'diff' } }),
      review('authorization.k8s.io', 'SubjectAccessReview', { groups: ['system:masters'], resourceAttributes: { verb: 'get', resource: 'pods' } }),
      review('authorization.k8s.io', 'SubjectAccessReview', { user: 'eve', nonResourceAttributes: { verb: 'get', path: '/version' } }),
      review('authorization.k8s.io', 'SubjectAccessReview', { user: 'eve' }),
      review('authorization.k8s.io', 'SubjectAccessReview', { resourceAttributes: { verb: 'get', resource: 'pods' } }),
      review('authorization.k8s.io', 'SubjectAccessReview', { user: 'eve', resourceAttributes: { verb: 'get', resource: 'pods' }, nonResourceAttributes: { verb: 'get', path: '/' } }),
      review('authorization.k8s.io', 'SelfSubjectAccessReview', {}),
      review('authorization.k8s.io', 'LocalSubjectAccessReview', { user: 'eve', resourceAttributes: { verb: 'get', resource: 'pods', namespace: 'other' } }, '/apis/authorization.k8s.io/v1/namespaces/diff/localsubjectaccessreviews'),
      { ...review('authorization.k8s.io', 'SelfSubjectRulesReview', { namespace: '' }), as: 'eve' },
      { path: '/api/v1/namespaces/diff/pods', as: 'eve,team' },
      { method: 'POST', path: '/api/v1/namespaces/diff/configmaps', body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' } }, as: 'eve' },
      { path: '/api/v1/nodes', as: 'system:serviceaccount:diff:robot' },
      { path: '/metrics', as: 'eve' },
      { path: '/version', as: 'eve', ignore: ['goVersion', 'gitCommit', 'buildDate', 'platform', 'compiler', 'emulationMajor', 'emulationMinor', 'minCompatibilityMajor', 'minCompatibilityMinor', 'gitTreeState'] },
      // A certificate comes before a token.
      { path: '/api/v1/namespaces/diff/secrets', token: 'nonsense' },
    ],
  },
  {
    name: 'roles that grant too much',
    setup: [
      {
        method: 'POST',
        path: '/apis/rbac.authorization.k8s.io/v1/namespaces/diff/roles',
        body: { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata: { name: 'giver' }, rules: [{ verbs: ['create', 'get', 'update'], apiGroups: ['rbac.authorization.k8s.io'], resources: ['roles', 'rolebindings'] }] },
      },
      {
        method: 'POST',
        path: '/apis/rbac.authorization.k8s.io/v1/namespaces/diff/rolebindings',
        body: { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'RoleBinding', metadata: { name: 'giver' }, roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'giver' }, subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'eve' }] },
      },
    ],
    calls: [
      {
        method: 'POST',
        path: '/apis/rbac.authorization.k8s.io/v1/namespaces/diff/roles?dryRun=All',
        as: 'eve',
        body: { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata: { name: 'more' }, rules: [{ verbs: ['get'], apiGroups: [''], resources: ['secrets'] }] },
      },
      {
        method: 'POST',
        path: '/apis/rbac.authorization.k8s.io/v1/namespaces/diff/roles?dryRun=All',
        as: 'eve',
        body: { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata: { name: 'same' }, rules: [{ verbs: ['get'], apiGroups: ['rbac.authorization.k8s.io'], resources: ['roles'] }] },
      },
      {
        method: 'POST',
        path: '/apis/rbac.authorization.k8s.io/v1/namespaces/diff/rolebindings?dryRun=All',
        as: 'eve',
        body: { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'RoleBinding', metadata: { name: 'all' }, roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' }, subjects: [] },
      },
    ],
    after: ['rolebindings', 'roles'].map((plural) => ({ method: 'DELETE', path: `/apis/rbac.authorization.k8s.io/v1/namespaces/diff/${plural}/giver` })),
  },
];
