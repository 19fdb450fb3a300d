import { waitFor } from '@tidegate/testing';
import type { RequestEvent, RequestEvents } from './request-events.js';

/** What an implementation offers so that the suite can make traffic. */
export interface RequestEventsHarness {
  requestEvents: RequestEvents;
  /** A request to `route` that the proxy tells of. Times are its own. */
  start(proxy: string, route: string, id: string): void;
  /** The proxy says again that it is open, at `upstream`. */
  open(proxy: string, route: string, id: string, upstream: string, slot?: string): void;
  end(proxy: string, route: string, id: string, upstream?: string, slot?: string): void;
  /** Some events of the proxy are lost. */
  lose(proxy: string): void;
  close(): Promise<void>;
}

const route = 'shop/reviews/reviews-00001/weighted';
const names = { namespace: 'shop', service: 'reviews', version: 'reviews-00001' };

/** The suite of the RequestEvents port: every implementation's test calls it. */
export function requestEventsContract(name: string, begin: () => Promise<RequestEventsHarness>): void {
  describe(`RequestEvents: ${name}`, () => {
    let harness: RequestEventsHarness;
    let heard: RequestEvent[];
    let lost: string[];
    let marks = 0;

    /** Subscribes, and sends requests of another Service until one is heard: an answer may take a moment to come around. */
    async function listen(): Promise<{ close(): void }> {
      const all: RequestEvent[] = [];
      const subscription = harness.requestEvents.subscribe({
        events: (batch) => {
          all.push(...batch);
          heard.push(...batch.filter((event) => event.service === 'reviews'));
        },
        lost: (proxy) => lost.push(proxy),
      });
      await waitFor('the first events', () => {
        harness.start('p1', 'shop/mark/m/weighted', `mark-${marks++}`);
        return all.length > 0;
      });
      return subscription;
    }

    beforeEach(async () => {
      harness = await begin();
      heard = [];
      lost = [];
    });
    afterEach(() => harness.close());

    it('tells the life of a request in order', async () => {
      await listen();
      harness.start('p1', route, 'a');
      harness.open('p1', route, 'a', '127.0.0.1:9001', 'slot-7');
      harness.end('p1', route, 'a', '127.0.0.1:9001', 'slot-7');
      await waitFor('three events', () => heard.length >= 3);
      const [start, open, end] = heard;
      expect(heard.map((event) => event.phase)).toEqual(['start', 'open', 'end']);
      expect(start).toMatchObject({ ...names, proxy: 'p1' });
      expect([start?.upstream, start?.slot, start?.held, start?.durationMs]).toEqual([undefined, undefined, undefined, undefined]);
      expect(open).toMatchObject({ ...names, upstream: '127.0.0.1:9001', slot: 'slot-7', held: true });
      expect(end).toMatchObject({ ...names, upstream: '127.0.0.1:9001', slot: 'slot-7', held: true });
      expect(new Set(heard.map((event) => event.streamId)).size).toBe(1);
      expect(open?.atMs).toBe(start?.atMs);
      expect((end?.atMs as number) - (end?.durationMs as number)).toBeCloseTo(start?.atMs as number, 3);
    });

    it('leaves out what was not granted and what had no upstream', async () => {
      await listen();
      harness.end('p1', route, 'b');
      await waitFor('the end', () => heard.length >= 1);
      expect(heard[0]).toMatchObject({ ...names, phase: 'end' });
      expect([heard[0]?.upstream, heard[0]?.slot, heard[0]?.held]).toEqual([undefined, undefined, undefined]);
    });

    it('keeps requests and proxies apart', async () => {
      await listen();
      harness.start('p1', route, 'a');
      harness.start('p2', route, 'b');
      harness.end('p1', route, 'a');
      await waitFor('three events', () => heard.length >= 3);
      const [first, second, third] = heard;
      expect(heard.map(({ proxy, phase }) => `${proxy} ${phase}`)).toEqual(['p1 start', 'p2 start', 'p1 end']);
      expect(first?.streamId).toBe(third?.streamId);
      expect(first?.streamId).not.toBe(second?.streamId);
    });

    it('tells only of routes that name a version', async () => {
      await listen();
      for (const other of ['', 'shop/reviews', 'shop/reviews/-/weighted', 'shop/reviews/v1/weighted/more', 'shop/reviews//weighted']) {
        harness.start('p1', other, `x${other}`);
      }
      harness.start('p1', route, 'last');
      await waitFor('the last one', () => heard.length > 0);
      expect(heard).toHaveLength(1);
    });

    it('says whose events were lost', async () => {
      await listen();
      harness.start('p2', route, 'a');
      await waitFor('an event of p2', () => heard.length > 0);
      harness.lose('p2');
      await waitFor('the loss', () => lost.includes('p2'));
      expect(lost).not.toContain('p1');
    });

    it('is silent after close, and goes on for others', async () => {
      const subscription = await listen();
      subscription.close();
      const before = [heard.length, lost.length];
      heard = [];
      lost = [];
      const again: RequestEvent[] = [];
      harness.requestEvents.subscribe({ events: (batch) => again.push(...batch), lost: () => undefined });
      await waitFor('an event for the later listener', () => {
        harness.start('p1', route, `later-${marks++}`);
        return again.length > 0;
      });
      expect(before).toEqual([0, 0]);
      expect(heard).toEqual([]);
    });

    it('goes on for others when a listener fails', async () => {
      harness.requestEvents.subscribe({
        events: () => {
          throw new Error('a listener failed');
        },
        lost: () => undefined,
      });
      await listen();
      harness.start('p1', route, 'a');
      await waitFor('the event', () => heard.length === 1);
    });
  });
}
