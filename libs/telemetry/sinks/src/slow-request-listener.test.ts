import type { RequestEvent } from '@tidegate/signals';
import { type RequestNews, SlowRequestListener } from './slow-request-listener.js';

const batch = (proxy: string, count: number): RequestEvent[] =>
  Array.from({ length: count }, (_, i) => ({
    phase: 'start',
    proxy,
    streamId: `${proxy}-${i}`,
    namespace: 'shop',
    service: 'reviews',
    version: 'v1',
    atMs: i,
  }));

/** A listener that takes one message and then only what it is asked for. */
function slow(): { listener: SlowRequestListener; taken: RequestNews[]; open: { takes: number } } {
  const taken: RequestNews[] = [];
  const open = { takes: 1 };
  const listener = new SlowRequestListener((news) => {
    taken.push(news);
    return --open.takes > 0;
  });
  return { listener, taken, open };
}

it('keeps the order of what waits', () => {
  const { listener, taken, open } = slow();
  listener.events(batch('p1', 1));
  listener.lost('p1');
  listener.events(batch('p2', 3));
  expect(taken).toHaveLength(1);
  open.takes = 10;
  listener.drained();
  expect(taken.map((news) => ('lost' in news ? news.lost : news.events.length))).toEqual([1, 'p1', 3]);
});

it('drops what waits beyond the bound, and says whose', () => {
  const { listener, taken, open } = slow();
  listener.events(batch('p1', 1));
  for (let i = 0; i < 21; i++) listener.events(batch(i % 2 === 0 ? 'p1' : 'p2', 1_000));
  listener.events(batch('p3', 2));
  open.takes = 10;
  listener.drained();
  const rest = taken.slice(1);
  expect(rest.slice(0, 2)).toEqual([{ lost: 'p1' }, { lost: 'p2' }]);
  expect(rest.slice(2)).toEqual([{ events: batch('p3', 2) }]);
});

it('takes no more than is asked for', () => {
  const { listener, taken, open } = slow();
  for (let i = 0; i < 4; i++) listener.events(batch('p1', 1));
  expect(taken).toHaveLength(1);
  open.takes = 2;
  listener.drained();
  expect(taken).toHaveLength(3);
  listener.events(batch('p1', 1));
  expect(taken).toHaveLength(3);
});
