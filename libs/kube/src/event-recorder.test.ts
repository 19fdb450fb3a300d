import { ManualClock, silentLogger } from '@tidegate/kernel';
import { ScriptedTransport, refusal } from '@tidegate/testing';
import { EventRecorder } from './event-recorder.js';
import { KubeClient } from './kube-client.js';

const regarding = {
  apiVersion: 'delivery.tidegate.dev/v1alpha1',
  kind: 'Release',
  metadata: { name: 'reviews-1', namespace: 'shop', uid: 'u1' },
};

function setup(): { transport: ScriptedTransport; clock: ManualClock; recorder: EventRecorder } {
  const transport = new ScriptedTransport();
  const clock = new ManualClock(Date.UTC(2026, 0, 1));
  transport.on('POST', '/api/v1/namespaces/shop/events', (r) => ({ status: 201, body: r.body }));
  const recorder = new EventRecorder({ client: new KubeClient(transport), component: 'tidegate.dev/test', clock, log: silentLogger });
  return { transport, clock, recorder };
}

describe('EventRecorder', () => {
  it('writes one event with who, what and why', async () => {
    const { transport, recorder } = setup();
    recorder.record(regarding, { type: 'Warning', reason: 'RolledBack', message: 'v2 fails', action: 'Rollback' });
    await recorder.flush();
    expect(transport.calls).toHaveLength(1);
    expect(transport.calls[0]?.body).toMatchObject({
      kind: 'Event',
      involvedObject: { kind: 'Release', name: 'reviews-1', uid: 'u1' },
      type: 'Warning',
      reason: 'RolledBack',
      message: 'v2 fails',
      action: 'Rollback',
      count: 1,
      firstTimestamp: '2026-01-01T00:00:00Z',
      reportingComponent: 'tidegate.dev/test',
    });
  });

  it('counts equal events into one object, and begins anew after ten quiet minutes', async () => {
    const { transport, clock, recorder } = setup();
    const event = { type: 'Normal', reason: 'Step', message: 'at 5 %' } as const;
    recorder.record(regarding, event);
    recorder.record(regarding, event);
    await recorder.flush();
    const name = String(JSON.stringify(transport.calls[0]?.body)).match(/"name":"(reviews-1\.[0-9a-f]+)"/)?.[1];
    transport.on('PATCH', `/api/v1/namespaces/shop/events/${name}`, { status: 200, body: {} });
    clock.advance(60_000);
    recorder.record(regarding, event);
    await recorder.flush();
    expect(transport.calls.map((c) => c.method)).toEqual(['POST', 'PATCH']);
    expect(transport.calls[0]?.body).toMatchObject({ count: 2 });
    expect(transport.calls[1]?.body).toEqual({ count: 3, lastTimestamp: '2026-01-01T00:01:00Z' });
    clock.advance(601_000);
    recorder.record(regarding, event);
    await recorder.flush();
    expect(transport.calls[2]?.body).toMatchObject({ count: 1 });
  });

  it('writes a new object when the old one expired on the server', async () => {
    const { transport, recorder } = setup();
    const event = { type: 'Normal', reason: 'Step', message: 'at 5 %' } as const;
    recorder.record(regarding, event);
    await recorder.flush();
    recorder.record(regarding, event);
    await recorder.flush();
    expect(transport.calls.map((c) => c.method)).toEqual(['POST', 'PATCH', 'POST']);
  });

  it('is bounded: one object gets a burst of 25, then one in ten seconds; failures are counted, never thrown', async () => {
    const { transport, clock, recorder } = setup();
    for (let i = 0; i < 30; i++) recorder.record(regarding, { type: 'Normal', reason: 'Step', message: `at ${i}` });
    await recorder.flush();
    expect(transport.calls).toHaveLength(25);
    expect(recorder.dropped).toBe(5);
    clock.advance(10_000);
    recorder.record(regarding, { type: 'Normal', reason: 'Step', message: 'after a while' });
    await recorder.flush();
    expect(transport.calls).toHaveLength(26);
    transport.on('POST', '/api/v1/namespaces/shop/events', refusal(403, 'Forbidden', 'no'));
    clock.advance(10_000);
    recorder.record(regarding, { type: 'Normal', reason: 'Step', message: 'refused' });
    await recorder.flush();
    expect(recorder.dropped).toBe(6);
  });
});
