import { settleCertificates } from '../src/apply-certificates.js';
import { issueAuthority, issueLeaf } from '../src/issue.js';
import { SPREAD_MS } from '../src/plan-certificates.js';
import { type View, handshake } from './handshake.js';
import { SecretStore } from './secret-store.js';

const DAY = 24 * 3600 * 1000;
const COMPONENTS = ['mesh', 'gateway'];

function stage(start: number): {
  store: SecretStore;
  settle(now: number): Promise<{ againAt: number; done: string[] }>;
  view(component: string): View;
} {
  const store = new SecretStore(['tidegate-ca', ...COMPONENTS.map((c) => `tidegate-tls-${c}`)]);
  const wanted = COMPONENTS.map((component) => ({ component, names: [`${component}.tidegate`] }));
  let now = start;
  return {
    store,
    async settle(at) {
      now = at;
      const done: string[] = [];
      const context = { client: store.client, namespace: 'tidegate-system', wanted, now: () => now };
      const againAt = await settleCertificates({ ...context, done: ({ type }) => done.push(type) });
      return { againAt, done };
    },
    view(component) {
      const name = `tidegate-tls-${component}`;
      return { certificate: store.text(name, 'tls.crt'), key: store.text(name, 'tls.key'), bundle: store.text(name, 'ca.crt') };
    },
  };
}

/** Both directions between what a pod has seen before a change and what another sees after it. */
async function complaints(before: Map<string, View>, after: Map<string, View>): Promise<string[]> {
  const found: string[] = [];
  for (const [one, other] of [
    [before, after],
    [after, before],
    [after, after],
  ] as const) {
    const complaint = await handshake(one.get('mesh') as View, other.get('gateway') as View, 'mesh.tidegate');
    if (complaint !== undefined) found.push(complaint);
  }
  return found;
}

it('an authority is replaced without a moment in which two pods do not trust each other', async () => {
  // Real handshakes look at the machine's clock: the rotation has just been.
  const start = Date.now() - 244.5 * DAY;
  const { store, settle, view } = stage(start);
  const views = (): Map<string, View> => new Map(COMPONENTS.map((c) => [c, view(c)]));
  expect((await settle(start)).done).toEqual(['makeAuthority', 'issue', 'issue']);
  const first = store.text('tidegate-ca', 'tls.crt');
  let now = start + 242.9 * DAY;
  const steps = (await settle(now)).done;
  let before = views();
  for (let round = 0; round < 20 && now < start + 245 * DAY; round++) {
    const { againAt, done } = await settle(now);
    const after = views();
    if (done.length > 0) expect({ done, complaints: await complaints(before, after) }).toEqual({ done, complaints: [] });
    steps.push(...done);
    // Pods see a change within SPREAD_MS, and the plan looks again no earlier.
    before = after;
    now = Math.max(againAt, now + SPREAD_MS);
  }
  expect(steps).toEqual([
    'issue',
    'issue',
    'beginRotation',
    'distribute',
    'distribute',
    'promote',
    'issue',
    'issue',
    'retire',
    'distribute',
    'distribute',
  ]);
  expect(store.text('tidegate-ca', 'tls.crt')).not.toBe(first);
  expect(store.text('tidegate-ca', 'ca.crt').trim()).toBe(store.text('tidegate-ca', 'tls.crt').trim());
  expect(store.text('tidegate-ca', 'next.key')).toBe('');
  expect(store.text('tidegate-tls-mesh', 'ca.crt')).toBe(store.text('tidegate-ca', 'ca.crt'));
});

it('of two that make certificates at the same time both end with the same', async () => {
  const { store, settle } = stage(Date.now());
  await Promise.all([settle(Date.now()), settle(Date.now())]);
  expect([...store.secrets.keys()].sort()).toEqual(['tidegate-ca', 'tidegate-tls-gateway', 'tidegate-tls-mesh']);
  expect((await settle(Date.now())).done).toEqual([]);
});

it('a Secret with a key that is not its own is made anew', async () => {
  const { store, settle } = stage(Date.now());
  await settle(Date.now());
  const mesh = store.secrets.get('tidegate-tls-mesh');
  const foreign = store.secrets.get('tidegate-tls-gateway')?.data?.['tls.key'] ?? '';
  if (!mesh) throw new Error('there is no Secret');
  store.secrets.set('tidegate-tls-mesh', { ...mesh, data: { ...mesh.data, 'tls.key': foreign } });
  expect((await settle(Date.now())).done).toEqual(['issue']);
});

describe('a handshake', () => {
  const now = Date.now();
  let mesh: View;
  let gateway: View;
  beforeAll(async () => {
    const authority = await issueAuthority(now);
    const of = async (name: string): Promise<View> => ({ ...(await issueLeaf(authority, [name], now)), bundle: authority.certificate });
    [mesh, gateway] = [await of('mesh.tidegate'), await of('gateway.tidegate')];
  });

  it('is taken by both', async () => expect(await handshake(mesh, gateway, 'mesh.tidegate')).toBeUndefined());
  it('is refused by the client for another name', async () =>
    expect(await handshake(gateway, mesh, 'mesh.tidegate')).toContain("Host: mesh.tidegate. is not in the cert's altnames"));
  it('is refused for a leaf of another authority', async () => {
    const other = await issueAuthority(now);
    const stranger = { ...(await issueLeaf(other, ['gateway.tidegate'], now)), bundle: mesh.bundle };
    expect(await handshake(mesh, stranger, 'mesh.tidegate')).toMatch(/^(server|client): /);
  });
  it('is refused for a leaf signed by a leaf', async () => {
    const below = { ...(await issueLeaf(gateway, ['mesh.tidegate'], now)), bundle: mesh.bundle };
    below.certificate += `\n${gateway.certificate}`;
    expect(await handshake(below, mesh, 'mesh.tidegate')).toContain('client: ');
  });
  it('is refused for a leaf that has run out', async () => {
    const authority = await issueAuthority(now - 60 * DAY);
    const old = { ...(await issueLeaf(authority, ['mesh.tidegate'], now - 40 * DAY)), bundle: authority.certificate };
    const fresh = { ...(await issueLeaf(authority, ['gateway.tidegate'], now)), bundle: authority.certificate };
    expect(await handshake(old, fresh, 'mesh.tidegate')).toContain('certificate has expired');
  });
});
