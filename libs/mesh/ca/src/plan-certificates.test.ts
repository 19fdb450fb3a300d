import { splitPem, type AuthoritySecret, type LeafSecret } from './certificate-secrets.js';
import { type KeyPair, issueAuthority, issueLeaf } from './issue.js';
import { SPREAD_MS, planCertificates } from './plan-certificates.js';

const DAY = 24 * 3600 * 1000;
const T0 = Date.parse('2026-01-01T00:00:00Z');
const NAMES = ['mesh.tidegate', 'tidegate-mesh.tidegate-system.svc'];
const wanted = [{ component: 'mesh', names: NAMES }];

let a: KeyPair;
let b: KeyPair;
let leafOfA: KeyPair;
let leafOfB: KeyPair;
beforeAll(async () => {
  a = await issueAuthority(T0);
  b = await issueAuthority(T0 + 244 * DAY);
  leafOfA = await issueLeaf(a, NAMES, T0 + 240 * DAY);
  leafOfB = await issueLeaf(b, NAMES, T0 + 245 * DAY);
});

interface Row {
  name: string;
  day: number;
  authority?: () => AuthoritySecret;
  leaf?: () => Partial<LeafSecret>;
  names?: readonly string[];
  actions: readonly string[];
}

const only = (pair: KeyPair): AuthoritySecret => ({ current: pair, next: undefined, bundle: [pair.certificate] });
const both = (): string[] => [a.certificate, b.certificate];

const rows: Row[] = [
  { name: 'nothing is there', day: 0, actions: ['makeAuthority: there is none, or it cannot be read'] },
  { name: 'the authority is there', day: 1, authority: () => only(a), actions: ['issue mesh: there is none, or it cannot be read'] },
  { name: 'all is well', day: 241, authority: () => only(a), leaf: () => ({ leaf: leafOfA }), actions: [] },
  {
    name: 'the authority has run out',
    day: 366,
    authority: () => only(a),
    leaf: () => ({ leaf: leafOfA }),
    actions: ['makeAuthority: it has run out'],
  },
  {
    name: 'a leaf is two thirds old',
    day: 240.5 + 20,
    authority: () => ({ ...only(a), next: b, bundle: both() }),
    leaf: () => ({ leaf: leafOfA, bundle: both() }),
    actions: ['issue mesh: two thirds of its time are over'],
  },
  {
    name: 'a name is missing',
    day: 241,
    authority: () => only(a),
    leaf: () => ({ leaf: leafOfA }),
    names: [...NAMES, 'tidegate-mesh.other.svc'],
    actions: ['issue mesh: it lacks tidegate-mesh.other.svc'],
  },
  {
    name: 'a name is not wanted any more',
    day: 241,
    authority: () => only(a),
    leaf: () => ({ leaf: leafOfA }),
    names: ['mesh.tidegate'],
    actions: ['issue mesh: it has tidegate-mesh.tidegate-system.svc no more'],
  },
  {
    name: 'the authority is two thirds old',
    day: 244,
    authority: () => only(a),
    leaf: () => ({ leaf: leafOfA }),
    actions: ['beginRotation: two thirds of its time are over'],
  },
  {
    name: 'a second authority is there, and not trusted by all',
    day: 244,
    authority: () => ({ ...only(a), next: b, bundle: both() }),
    leaf: () => ({ leaf: leafOfA }),
    actions: ['distribute mesh'],
  },
  {
    name: 'it is trusted by all, but pods may not have seen it',
    day: 244,
    authority: () => ({ ...only(a), next: b, bundle: both() }),
    leaf: () => ({ leaf: leafOfA, bundle: both(), changedAt: T0 + 244 * DAY - SPREAD_MS + 1 }),
    actions: [],
  },
  {
    name: 'it is trusted by all pods',
    day: 244,
    authority: () => ({ ...only(a), next: b, bundle: both() }),
    leaf: () => ({ leaf: leafOfA, bundle: both(), changedAt: T0 + 244 * DAY - SPREAD_MS }),
    actions: ['promote'],
  },
  {
    name: 'it signs, and a leaf is of the first',
    day: 245,
    authority: () => ({ current: b, next: undefined, bundle: both() }),
    leaf: () => ({ leaf: leafOfA, bundle: both() }),
    actions: ['issue mesh: another authority signed it'],
  },
  {
    name: 'all leaves are of the second, but pods may still show the first’s',
    day: 245,
    authority: () => ({ current: b, next: undefined, bundle: both() }),
    leaf: () => ({ leaf: leafOfB, bundle: both(), changedAt: T0 + 245 * DAY - SPREAD_MS + 1 }),
    actions: [],
  },
  {
    name: 'all pods show the second’s',
    day: 245,
    authority: () => ({ current: b, next: undefined, bundle: both() }),
    leaf: () => ({ leaf: leafOfB, bundle: both(), changedAt: T0 + 245 * DAY - SPREAD_MS }),
    actions: ['retire'],
  },
  {
    name: 'the first is not trusted any more',
    day: 246,
    authority: () => only(b),
    leaf: () => ({ leaf: leafOfB, bundle: both() }),
    actions: ['distribute mesh'],
  },
];

it.each(rows)('$name', ({ day, authority, leaf, names, actions }) => {
  const bundle = authority?.().bundle.slice(0, 1) ?? [];
  const found = leaf && { leaf: leafOfA, bundle, changedAt: 0, ...leaf() };
  const plan = planCertificates(
    {
      authority: authority?.(),
      leaves: new Map(found ? [['mesh', found]] : []),
      wanted: names ? [{ component: 'mesh', names }] : wanted,
    },
    T0 + day * DAY,
  );
  const said = plan.actions.map((action) => {
    const what = 'component' in action ? `${action.type} ${action.component}` : action.type;
    return 'why' in action ? `${what}: ${action.why}` : what;
  });
  expect(said).toEqual(actions);
});

it('a bundle with a certificate written differently is the same bundle', () => {
  const bundle = [`\n\n${a.certificate.trim()}\n# a remark\n`];
  const plan = planCertificates(
    { authority: only(a), leaves: new Map([['mesh', { leaf: leafOfA, bundle, changedAt: 0 }]]), wanted },
    T0 + 241 * DAY,
  );
  expect(plan.actions).toEqual([]);
  expect(splitPem(bundle.join(''))).toHaveLength(1);
});
