import {
  type AccessRequest,
  type Binding,
  type PolicyRule,
  type RbacSource,
  type UserInfo,
  isAllowed,
  refusalText,
  rulesNotHeld,
} from './rbac.js';

const roles: Record<string, PolicyRule[]> = {
  view: [{ verbs: ['get', 'list', 'watch'], apiGroups: ['', 'apps'], resources: ['pods', 'pods/log', 'deployments'] }],
  one: [{ verbs: ['get'], apiGroups: [''], resources: ['secrets'], resourceNames: ['only'] }],
  logs: [{ verbs: ['get'], apiGroups: [''], resources: ['*/log'] }],
  admin: [
    { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
    { verbs: ['*'], nonResourceURLs: ['*'] },
  ],
  health: [{ verbs: ['get'], nonResourceURLs: ['/healthz', '/livez/*'] }],
};
const user = (name: string, ...groups: string[]): UserInfo => ({ name, groups });
const to = (kind: string, name: string, namespace?: string): Binding['subjects'] => [{ kind, name, ...(namespace ? { namespace } : {}) }];

const source: RbacSource = {
  clusterRoleBindings: () => [
    { subjects: to('Group', 'ops'), roleRef: { kind: 'ClusterRole', name: 'admin' } },
    { subjects: to('User', 'health'), roleRef: { kind: 'ClusterRole', name: 'health' } },
  ],
  roleBindings: (namespace) =>
    namespace === 'shop'
      ? [
          { subjects: to('User', 'eve'), roleRef: { kind: 'ClusterRole', name: 'view' } },
          { subjects: to('User', 'one'), roleRef: { kind: 'Role', name: 'one' } },
          { subjects: to('ServiceAccount', 'bot'), roleRef: { kind: 'Role', name: 'logs' } },
          { subjects: to('User', 'lost'), roleRef: { kind: 'Role', name: 'gone' } },
        ]
      : [],
  clusterRole: (name) => roles[name],
  role: (_namespace, name) => (name === 'gone' ? undefined : roles[name]),
};
const pods = (
  verb: string,
  namespace?: string,
  more: Partial<{ subresource: string; name: string; resource: string; group: string }> = {},
): AccessRequest => ({
  verb,
  group: '',
  resource: 'pods',
  namespace,
  ...more,
});

describe('isAllowed', () => {
  it.each<{ name: string; who: UserInfo; asks: AccessRequest; allowed: boolean }>([
    { name: 'masters may all', who: user('root', 'system:masters'), asks: pods('delete'), allowed: true },
    { name: 'a group binding', who: user('ann', 'ops'), asks: pods('delete', 'shop'), allowed: true },
    { name: 'a role in its namespace', who: user('eve'), asks: pods('get', 'shop'), allowed: true },
    { name: 'not in another namespace', who: user('eve'), asks: pods('get', 'bank'), allowed: false },
    { name: 'not across namespaces', who: user('eve'), asks: pods('list'), allowed: false },
    { name: 'not another verb', who: user('eve'), asks: pods('delete', 'shop'), allowed: false },
    { name: 'a named subresource', who: user('eve'), asks: pods('get', 'shop', { subresource: 'log' }), allowed: true },
    { name: 'not an unnamed subresource', who: user('eve'), asks: pods('get', 'shop', { subresource: 'exec' }), allowed: false },
    { name: 'a resource name', who: user('one'), asks: pods('get', 'shop', { resource: 'secrets', name: 'only' }), allowed: true },
    { name: 'not another resource name', who: user('one'), asks: pods('get', 'shop', { resource: 'secrets', name: 'x' }), allowed: false },
    { name: 'no list by resource name', who: user('one'), asks: pods('list', 'shop', { resource: 'secrets' }), allowed: false },
    {
      name: 'a service account of the namespace',
      who: user('system:serviceaccount:shop:bot'),
      asks: pods('get', 'shop', { subresource: 'log' }),
      allowed: true,
    },
    {
      name: 'a service account of another',
      who: user('system:serviceaccount:bank:bot'),
      asks: pods('get', 'shop', { subresource: 'log' }),
      allowed: false,
    },
    { name: 'a missing role grants nothing', who: user('lost'), asks: pods('get', 'shop'), allowed: false },
    { name: 'a path', who: user('health'), asks: { verb: 'get', path: '/livez/ping' }, allowed: true },
    { name: 'not another path', who: user('health'), asks: { verb: 'get', path: '/metrics' }, allowed: false },
  ])('$name', ({ who, asks, allowed }) => expect(isAllowed(who, asks, source)).toBe(allowed));
});

it('says who may not do what, and where', () => {
  expect(refusalText(user('bob'), { verb: 'get', group: 'apps', resource: 'deployments', namespace: 'default' })).toBe(
    'User "bob" cannot get resource "deployments" in API group "apps" in the namespace "default"',
  );
  expect(refusalText(user('bob'), pods('list'))).toBe('User "bob" cannot list resource "pods" in API group "" at the cluster scope');
  expect(refusalText(user('bob'), { verb: 'get', path: '/metrics' })).toBe('User "bob" cannot get path "/metrics"');
});

describe('rulesNotHeld', () => {
  const view = roles['view'] as PolicyRule[];
  it('lets an administrator grant anything', () =>
    expect(rulesNotHeld(user('ann', 'ops'), roles['admin'] as PolicyRule[], undefined, source)).toEqual([]));
  it('lets nobody grant more than they hold', () => {
    expect(rulesNotHeld(user('eve'), view, 'shop', source)).toEqual([]);
    expect(rulesNotHeld(user('eve'), view, 'bank', source)).toHaveLength(18);
    expect(rulesNotHeld(user('one'), [{ verbs: ['get'], apiGroups: [''], resources: ['secrets'] }], 'shop', source)).toHaveLength(1);
  });
});
