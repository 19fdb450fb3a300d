import type { Member, Workspace } from '@tidegate/tenancy-contract';
import { MemberKind } from './tenancy.types.js';
import { amountsPatch, toWorkspace, withMember } from './to-workspace.js';

const members: Member[] = [
  { user: 'ada', role: 'admin' },
  { group: 'shop', role: 'regular' },
  { serviceAccount: { namespace: 'web', name: 'ci' }, role: 'viewer' },
];
const ada = { workspace: 'shop', kind: MemberKind.USER, name: 'ada' };

it.each([
  { name: 'gets another role', input: ada, role: 'viewer', expected: [members[1], members[2], { user: 'ada', role: 'viewer' }] },
  { name: 'keeps a role', input: ada, role: 'admin', expected: undefined },
  { name: 'goes', input: ada, role: undefined, expected: [members[1], members[2]] },
  { name: 'is none', input: { ...ada, name: 'eve' }, role: undefined, expected: undefined },
  { name: 'is a group of the same name', input: { ...ada, kind: MemberKind.GROUP }, role: 'viewer', expected: [...members, { group: 'ada', role: 'viewer' }] },
  {
    name: 'is an account of another project',
    input: { workspace: 'shop', kind: MemberKind.SERVICE_ACCOUNT, name: 'ci', namespace: 'api' },
    role: 'viewer',
    expected: [...members, { serviceAccount: { namespace: 'api', name: 'ci' }, role: 'viewer' }],
  },
])('a member $name', ({ input, role, expected }) => expect(withMember(members, input, role)).toEqual(expected));

const condition = { type: 'Ready', status: 'True' as const, observedGeneration: 2, lastTransitionTime: '2026-01-01T00:00:00Z', reason: 'Applied', message: 'As the spec says.' };
it('is ready only when what was said last is done', () => {
  const workspace = (generation: number): Workspace => ({ metadata: { name: 'shop', generation }, spec: { members }, status: { projects: ['web'], conditions: [condition] } });
  expect(toWorkspace(workspace(2))).toMatchObject({ ready: true, why: 'As the spec says.', projects: ['web'], displayName: 'shop' });
  expect(toWorkspace(workspace(3))).toMatchObject({ ready: false, why: 'The platform has not acted on it yet.' });
});

it.each([
  [{ pods: '1', services: '2' }, [{ name: 'pods', hard: '3' }], { pods: '3', services: null }],
  [undefined, [{ name: 'pods', hard: '3' }], { pods: '3' }],
  [{ pods: '1' }, [], null],
])('limits %j become %j by %j', (present, wanted, patch) => expect(amountsPatch(present, wanted)).toEqual(patch));
