import { waitFor } from '@tidegate/testing';
import type { SignalBatch, Signals, Subject } from './signals.js';

/** What an implementation offers so that the suite can make traffic. Time moves only by `passSecond`. */
export interface SignalsHarness {
  signals: Signals;
  /** A request to `version` by `rule` that ends in the present second. */
  request(subject: Subject, version: string, rule: string, failed: boolean): void;
  /** A request that starts and stays open. */
  openRequest(subject: Subject, version: string, rule: string): void;
  /** Ends the present second, closes it, and begins the next. */
  passSecond(): void;
  /** Signals of the present second are lost. */
  loseSecond(): void;
  close(): Promise<void>;
}

type Second = Extract<SignalBatch, { type: 'second' }>;

const subject: Subject = { namespace: 'shop', service: 'reviews' };
const other: Subject = { namespace: 'shop', service: 'ratings' };

/** The suite of the Signals port: every implementation's test calls it. */
export function signalsContract(name: string, start: () => Promise<SignalsHarness>): void {
  describe(`Signals: ${name}`, () => {
    let harness: SignalsHarness;
    let batches: SignalBatch[];
    const seconds = (): Second[] => batches.filter((batch) => batch.type === 'second');

    /** Subscribes and lets seconds pass until the first one is heard; an answer may take a moment to come around. */
    async function listen(): Promise<{ close(): void }> {
      const subscription = harness.signals.subscribe(subject, (batch) => batches.push(batch));
      await waitFor('a first second', () => {
        harness.passSecond();
        return seconds().length > 0;
      });
      return subscription;
    }
    const heard = (count: number): Promise<unknown> => waitFor(`${count} seconds`, () => seconds().length >= count);

    beforeEach(async () => {
      harness = await start();
      batches = [];
    });
    afterEach(() => harness.close());

    it('counts what ended in a second by version and rule', async () => {
      await listen();
      const before = seconds().length;
      for (let i = 0; i < 5; i++) harness.request(subject, 'v1', 'weighted', i === 0);
      harness.request(subject, 'v2', 'weighted', false);
      harness.request(subject, 'v2', 'matched-0', true);
      harness.passSecond();
      await waitFor('a second with requests', () => seconds().some((batch) => batch.versions.length > 0));
      const busy = seconds()
        .slice(before)
        .filter((batch) => batch.versions.length > 0);
      expect(busy).toHaveLength(1);
      const counts = busy[0]?.versions.map(({ version, rule, requests, failed }) => ({ version, rule, requests, failed }));
      expect(counts).toHaveLength(3);
      expect(counts).toEqual(
        expect.arrayContaining([
          { version: 'v1', rule: 'weighted', requests: 5, failed: 1 },
          { version: 'v2', rule: 'weighted', requests: 1, failed: 0 },
          { version: 'v2', rule: 'matched-0', requests: 1, failed: 1 },
        ]),
      );
      for (const version of busy[0]?.versions ?? []) {
        expect(version.classes.reduce((sum, n) => sum + n, 0)).toBe(version.requests);
        expect(version.latency.reduce((sum, n) => sum + n, 0)).toBe(version.requests);
      }
    });

    it('delivers seconds in order, each once, quiet ones included', async () => {
      await listen();
      const before = seconds().length;
      for (let i = 0; i < 20; i++) harness.passSecond();
      await heard(before + 20);
      const numbers = seconds().map((batch) => batch.second);
      expect(numbers).toEqual(numbers.map((_, i) => (numbers[0] as number) + i));
    });

    it('shows finished requests before their second closes', async () => {
      await listen();
      harness.request(subject, 'v2', 'weighted', true);
      await waitFor('a partial batch', () => batches.some((batch) => batch.type === 'partial'));
      const partial = batches.find((batch) => batch.type === 'partial');
      expect(partial?.versions.map(({ version, failed }) => ({ version, failed }))).toEqual([{ version: 'v2', failed: 1 }]);
      expect(seconds().every((batch) => batch.versions.length === 0)).toBe(true);
    });

    it('shows open requests', async () => {
      await listen();
      harness.openRequest(subject, 'v2', 'weighted');
      harness.passSecond();
      await waitFor('an open request', () =>
        batches.some((batch) => batch.type === 'open' && batch.versions.some(({ open }) => open === 1)),
      );
    });

    it('says that a second is lost, and never shows it as data', async () => {
      await listen();
      harness.request(subject, 'v1', 'weighted', false);
      harness.loseSecond();
      harness.passSecond();
      harness.passSecond();
      await waitFor('a gap', () => batches.some((batch) => batch.type === 'gap'));
      const gap = batches.find((batch) => batch.type === 'gap');
      harness.passSecond();
      await waitFor('a second after the gap', () => seconds().some((batch) => batch.second > (gap?.to as number)));
      expect(gap?.because).not.toBe('');
      expect(seconds().filter((batch) => batch.second >= (gap?.from as number) && batch.second <= (gap?.to as number))).toEqual([]);
      expect((await harness.signals.recent(subject, 60)).map((batch) => batch.second)).not.toContain(gap?.from);
    });

    it('keeps Services apart', async () => {
      await listen();
      harness.request(other, 'v1', 'weighted', false);
      harness.passSecond();
      harness.request(subject, 'v1', 'weighted', false);
      harness.passSecond();
      await waitFor('a second with requests', () => seconds().some((batch) => batch.versions.length > 0));
      expect(seconds().filter((batch) => batch.versions.length > 0)).toHaveLength(1);
    });

    it('gives recent seconds, oldest first, at most as many as asked for', async () => {
      await listen();
      for (let i = 0; i < 6; i++) {
        harness.request(subject, 'v1', 'weighted', false);
        harness.passSecond();
      }
      const recent = await harness.signals.recent(subject, 4);
      expect(recent.map((batch) => batch.versions[0]?.requests)).toEqual([1, 1, 1, 1]);
      expect(recent.map((batch) => batch.second)).toEqual(recent.map((_, i) => (recent[0] as Second).second + i));
      expect(await harness.signals.recent({ namespace: 'shop', service: 'unknown' }, 4)).toEqual([]);
    });

    it('is silent after close', async () => {
      const subscription = await listen();
      subscription.close();
      const count = batches.length;
      const again: SignalBatch[] = [];
      harness.signals.subscribe(subject, (batch) => again.push(batch));
      await waitFor('a second for the later listener', () => {
        harness.passSecond();
        return again.length > 0;
      });
      expect(batches.length).toBe(count);
    });
  });
}
