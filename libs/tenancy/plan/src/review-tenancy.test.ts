import type { Namespace } from '@tidegate/kube';
import { CREATOR_ANNOTATION, WORKSPACE_LABEL, type Workspace, workspaceSpecSchema } from '@tidegate/tenancy-contract';
import { questionsOfNamespace, questionsOfWorkspace, routeIsOutside, signNamespace, signWorkspace } from './review-tenancy.js';

const ADA = 'tidegate:ada';
const namespace = (workspace?: string, creator?: string): Namespace => {
  const labels: Record<string, string> = workspace === undefined ? {} : { [WORKSPACE_LABEL]: workspace };
  const annotations: Record<string, string> = creator === undefined ? {} : { [CREATOR_ANNOTATION]: creator };
  return { metadata: { name: 'shop', labels, annotations } };
};
const asked = (verdict: ReturnType<typeof questionsOfNamespace>): string[] =>
  'refused' in verdict ? [verdict.refused] : verdict.questions.map((q) => [q.verb, [q.resource, q.subresource].filter(Boolean).join('/'), q.name].filter(Boolean).join(' '));

describe('a namespace', () => {
  it.each([
    { name: 'a person without label', object: namespace(), before: undefined, username: ADA, questions: ['create projects'] },
    { name: 'a controller without label', object: namespace(), before: undefined, username: 'system:serviceaccount:a:b', questions: [] },
    { name: 'into a workspace', object: namespace('blue'), before: undefined, username: ADA, questions: ['create workspaces/projects blue'] },
    { name: 'a controller into a workspace', object: namespace('blue'), before: undefined, username: 'system:serviceaccount:a:b', questions: ['create workspaces/projects blue'] },
    { name: 'into one that is not there', object: namespace('green'), before: undefined, username: ADA, questions: ['There is no workspace "green" (label tenancy.tidegate.dev/workspace).'] },
    { name: 'unchanged', object: namespace('blue'), before: namespace('blue'), username: ADA, questions: [] },
    { name: 'moved', object: namespace('red'), before: namespace('blue'), username: ADA, questions: ['create workspaces/projects red', 'delete workspaces/projects blue'] },
    { name: 'taken out', object: namespace(), before: namespace('blue'), username: ADA, questions: ['delete workspaces/projects blue'] },
    { name: 'of a workspace that is gone', object: namespace(), before: namespace('green'), username: ADA, questions: [] },
    { name: 'taken over', object: namespace('blue'), before: namespace(), username: ADA, questions: ['create workspaces/projects blue', 'update projects'] },
    {
      name: 'with another creator',
      object: namespace('blue', 'tidegate:eve'),
      before: namespace('blue', ADA),
      username: 'tidegate:eve',
      questions: ['The annotation tenancy.tidegate.dev/creator says who created the project and cannot be changed.'],
    },
  ])('$name', ({ object, before, username, questions }) => {
    expect(asked(questionsOfNamespace({ namespace: object, before, username, workspaceExists: (w) => w !== 'green' }))).toEqual(questions);
  });

  it('is signed when it is made', () => {
    expect(signNamespace(namespace('blue', 'tidegate:forged'), undefined, ADA)).toEqual({ [CREATOR_ANNOTATION]: ADA });
    expect(signNamespace(namespace(), undefined, ADA)).toEqual({});
    expect(signNamespace(namespace('blue'), namespace('blue'), ADA)).toEqual({});
  });
});

describe('a workspace', () => {
  const workspace = (spec: Workspace['spec'], annotations = {}): Workspace => ({ metadata: { name: 'blue', annotations }, spec });
  const admin = { user: 'ada', role: 'admin' };
  it.each([
    { name: 'new, with an administrator', spec: { members: [admin] }, before: undefined, questions: [] },
    { name: 'new, without', spec: {}, before: undefined, questions: ['A workspace needs an administrator: add a member with the role admin.'] },
    { name: 'new, with bounds', spec: { members: [admin], hosts: ['a.example'] }, before: undefined, questions: ['update workspaces/quota blue'] },
    { name: 'another member', spec: { members: [admin, { group: 'x', role: 'viewer' }] }, before: { members: [admin] }, questions: ['update workspaces/members blue'] },
    { name: 'wider bounds', spec: { members: [admin] }, before: { members: [admin], projectQuota: { pods: '5' } }, questions: ['update workspaces/quota blue'] },
    { name: 'defaults written out', spec: { members: [admin], isolation: 'None' as const }, before: { members: [admin] }, questions: [] },
    { name: 'a role', spec: { members: [admin], roles: [{ name: 'dev', permissions: ['logs-view'] }] }, before: { members: [admin] }, questions: ['update workspaces/roles blue'] },
    { name: 'a role that nobody knows', spec: { members: [{ user: 'x', role: 'boss' }] }, before: { members: [admin] }, questions: ['spec.members: there is no role "boss" here; there are admin, self-provisioner, regular, viewer.'] },
    { name: 'a role like ours', spec: { roles: [{ name: 'admin', permissions: ['logs-view'] }] }, before: {}, questions: ['spec.roles: "admin" is one of the platform\'s own roles; choose another name.'] },
    { name: 'a title', spec: { members: [admin], displayName: 'Blue' }, before: { members: [admin] }, questions: [] },
  ])('$name', ({ spec, before, questions }) => {
    expect(asked(questionsOfWorkspace(workspace(spec), before && workspace(before), ADA))).toEqual(questions);
  });

  it('is signed', () => {
    expect(signWorkspace(workspace({}), undefined, ADA)).toEqual({ 'tenancy.tidegate.dev/creator': ADA, 'tenancy.tidegate.dev/changed-by': ADA });
    expect(signWorkspace(workspace({ displayName: 'x' }), workspace({}), ADA)).toEqual({ 'tenancy.tidegate.dev/changed-by': ADA });
    expect(signWorkspace(workspace({}), workspace({}), ADA)).toEqual({});
  });
});

describe('a route', () => {
  const spec = workspaceSpecSchema.parse({ gateways: [{ namespace: 'edge', name: 'public' }], hosts: ['*.blue.example', 'blue.example'] });
  const route = (hostnames: string[] | undefined, parentRefs: { name: string; namespace?: string; kind?: string }[] = [{ name: 'public', namespace: 'edge' }]) => ({ metadata: { namespace: 'shop' }, spec: { parentRefs, hostnames } });
  it.each([
    { name: 'its own host', of: route(['blue.example']), because: undefined },
    { name: 'below its own', of: route(['a.b.blue.example', '*.x.blue.example', '*.blue.example']), because: undefined },
    { name: "somebody else's", of: route(['red.example']), because: 'host name "red.example"' },
    { name: 'one that only ends alike', of: route(['evilblue.example']), because: 'host name "evilblue.example"' },
    { name: 'every host', of: route(undefined), because: 'claims every host name' },
    { name: 'another gateway', of: route(['blue.example'], [{ name: 'inner', namespace: 'edge' }]), because: 'gateway edge/inner' },
    { name: 'a gateway of its own', of: route(['blue.example'], [{ name: 'mine' }]), because: undefined },
    { name: 'a route between services', of: route(undefined, [{ name: 'reviews', kind: 'Service' }]), because: undefined },
  ])('$name', ({ of, because }) => {
    const found = routeIsOutside(spec, of, (n) => n === 'shop');
    if (because === undefined) expect(found).toBeUndefined();
    else expect(found).toContain(because);
  });
});
