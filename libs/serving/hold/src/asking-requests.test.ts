import type { RequestEvent } from '@tidegate/signals';
import { AskingRequests } from './asking-requests.js';

const event = (phase: RequestEvent['phase'], streamId: string, slot?: string): RequestEvent => ({
  phase,
  proxy: 'p',
  streamId,
  namespace: 'shop',
  service: 'cart',
  version: 'cart-00001',
  atMs: 0,
  ...(slot === undefined ? {} : { slot }),
});
const given = { revision: 'shop/cart-00001', slot: 'r.1' };

it.each([
  { told: 'ended with its slot', batch: [event('end', 'a', 'r.1')], unused: [], left: 0 },
  { told: 'goes on with its slot, and then ends', batch: [event('open', 'a', 'r.1'), event('end', 'a', 'r.1')], unused: [], left: 0 },
  { told: 'ended without its slot, as its client had left', batch: [event('start', 'a'), event('end', 'a')], unused: [given], left: 0 },
  { told: 'still waits in the proxy', batch: [event('open', 'a')], unused: [], left: 1 },
  { told: 'is another', batch: [event('end', 'b')], unused: [], left: 1 },
])('a granted request that $told', ({ batch, unused, left }) => {
  const requests = new AskingRequests();
  let takenBack = 0;
  requests.asks('a', given.revision, () => (takenBack += 1));
  requests.granted('a', given.slot);
  expect(requests.unused(batch)).toEqual(unused);
  expect(requests.size).toBe(left);
  expect(takenBack).toBe(0);
});

it('takes the question of a request back that has ended before it was granted', () => {
  const requests = new AskingRequests();
  let takenBack = 0;
  requests.asks('a', given.revision, () => (takenBack += 1));
  expect(requests.unused([event('end', 'a')])).toEqual([]);
  expect(takenBack).toBe(1);
  expect(requests.size).toBe(0);
});

it('forgets a request that was refused', () => {
  const requests = new AskingRequests();
  requests.asks('a', given.revision, () => undefined);
  requests.over('a');
  expect(requests.size).toBe(0);
});
