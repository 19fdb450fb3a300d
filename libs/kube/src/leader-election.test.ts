import { ManualClock, silentLogger } from '@tidegate/kernel';
import { ScriptedStore, ScriptedTransport, waitFor } from '@tidegate/testing';
import { KubeClient } from './kube-client.js';
import { LeaderElection } from './leader-election.js';

interface Candidate {
  election: LeaderElection;
  history: string[];
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('LeaderElection', () => {
  const clock = new ManualClock(Date.UTC(2026, 0, 1));
  let transport: ScriptedTransport;
  let store: ScriptedStore;
  let candidates: Candidate[];
  beforeEach(() => {
    transport = new ScriptedTransport();
    store = new ScriptedStore(transport, '/apis/coordination.k8s.io/v1/namespaces/tidegate-system/leases', 'test');
    candidates = [];
  });
  afterEach(async () => {
    store.outage = undefined;
    for (const c of candidates) await c.election.stop();
  });

  function candidate(identity: string): Candidate {
    const history: string[] = [];
    const election = new LeaderElection({
      client: new KubeClient(transport),
      namespace: 'tidegate-system',
      name: 'test',
      identity,
      clock,
      log: silentLogger,
      onLeading: async (signal) => {
        history.push('leading');
        await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
        history.push('ended');
      },
      onLost: () => history.push('lost'),
    });
    const made = { election, history };
    candidates.push(made);
    return made;
  }

  async function pass(ms: number): Promise<void> {
    for (let t = 0; t < ms; t += 500) {
      clock.advance(500);
      for (let i = 0; i < 5; i++) await settle();
    }
  }

  it('the first candidate leads, the second waits until the lease ran out by its own clock', async () => {
    const a = candidate('a');
    const b = candidate('b');
    a.election.start();
    await pass(1_000);
    b.election.start();
    await pass(60_000);
    expect(a.history).toEqual(['leading']);
    expect(b.history).toEqual([]);
    expect(store.object).toMatchObject({ spec: { holderIdentity: 'a', leaseTransitions: 0, leaseDurationSeconds: 15 } });
    expect(String(JSON.stringify(store.object))).toMatch(/"renewTime":"[^"]+\.\d{6}Z"/);
  });

  it('a leader that cannot renew ends its work before the lease runs out, and another takes over after it', async () => {
    const a = candidate('a');
    a.election.start();
    await pass(4_000);
    expect(a.election.isLeading()).toBe(true);
    store.outage = new Error('no route');
    await pass(11_000);
    expect(a.history).toEqual(['leading', 'ended', 'lost']);
    expect(a.election.isLeading()).toBe(false);
    await a.election.stop();
    store.outage = undefined;
    const b = candidate('b');
    b.election.start();
    await pass(10_000);
    expect(b.history).toEqual([]);
    await pass(8_000);
    expect(b.history).toEqual(['leading']);
    expect(store.object).toMatchObject({ spec: { holderIdentity: 'b', leaseTransitions: 1 } });
  });

  it('a leader whose lease was taken ends its work', async () => {
    const a = candidate('a');
    a.election.start();
    await pass(1_000);
    const taken = store.object;
    expect(taken).toBeDefined();
    if (taken) store.object = { ...taken, spec: { holderIdentity: 'c', leaseDurationSeconds: 15 } };
    await pass(3_000);
    expect(a.history).toEqual(['leading', 'ended', 'lost']);
  });

  it('gives the lease back when stopped, so that the next leads at once', async () => {
    const a = candidate('a');
    const b = candidate('b');
    a.election.start();
    await pass(1_000);
    b.election.start();
    await pass(3_000);
    await a.election.stop();
    expect(a.history).toEqual(['leading', 'ended']);
    await pass(2_500);
    expect(b.history).toEqual(['leading']);
  });

  it('two that find no lease: one write wins', async () => {
    const all = ['a', 'b', 'c'].map(candidate);
    for (const c of all) c.election.start();
    await pass(20_000);
    await waitFor('one leader', () => all.filter((c) => c.election.isLeading()).length === 1);
  });

  it('refuses a deadline that is not before the lease runs out', () => {
    const options = { client: new KubeClient(transport), namespace: 'x', name: 'x', identity: 'x', clock, log: silentLogger };
    expect(() => new LeaderElection({ ...options, onLeading: () => undefined, renewDeadlineMs: 15_000 })).toThrow('must be less');
  });
});
