import type { Lease } from '@tidegate/kube';
import { ADDRESS_ANNOTATION, Membership } from './membership.js';

function lease(identity: string, renewTime: string, seconds = 10, more: Partial<NonNullable<Lease['metadata']>> = {}): Lease {
  return {
    metadata: { name: `scaler-${identity}`, annotations: { [ADDRESS_ANNOTATION]: `unix:/${identity}` }, ...more },
    spec: { holderIdentity: identity, leaseDurationSeconds: seconds, renewTime },
  };
}
let membership: Membership;
beforeEach(() => {
  membership = new Membership();
});
const live = (now: number): string[] => membership.live(now).map((m) => m.identity);

it('counts a Lease from when its record was seen to change', () => {
  membership.observe(lease('b', 't1'), 1_000);
  membership.observe(lease('a', 't1'), 4_000);
  expect(membership.live(10_999)).toEqual([
    { identity: 'a', address: 'unix:/a' },
    { identity: 'b', address: 'unix:/b' },
  ]);
  expect(live(11_000)).toEqual(['a']);
  // The same record again, as a relist brings it, is no renewal.
  membership.observe(lease('b', 't1'), 11_000);
  expect(live(11_001)).toEqual(['a']);
  membership.observe(lease('b', 't2'), 11_500);
  expect(live(12_000)).toEqual(['a', 'b']);
});

it('knows at once that a member has left', () => {
  membership.observe(lease('a', 't1'), 0);
  membership.remove('scaler-a');
  expect(live(1)).toEqual([]);
});

it('ignores a Lease without a holder or an address', () => {
  membership.observe(lease('', 't1'), 0);
  membership.observe(lease('a', 't1', 10, { annotations: {} }), 0);
  expect(live(1)).toEqual([]);
});

it('names Leases that nobody renews any more', () => {
  membership.observe(lease('a', 't1'), 0);
  expect(membership.forgotten(70_000)).toEqual([]);
  expect(membership.forgotten(70_001)).toEqual(['scaler-a']);
});

it('has room for a bounded number', () => {
  for (let i = 0; i < 100; i++) membership.observe(lease(`m${i}`, 't'), 0);
  expect(membership.live(1)).toHaveLength(64);
});
