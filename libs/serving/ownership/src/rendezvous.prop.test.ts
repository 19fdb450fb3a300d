import * as fc from 'fast-check';
import { ownerOf } from './rendezvous.js';

const members = fc.uniqueArray(fc.stringMatching(/^[a-z0-9-]{1,12}$/), { minLength: 1, maxLength: 8 });
const key = fc.stringMatching(/^[a-z]{1,8}\/[a-z0-9-]{1,20}$/);

it('finds one of the members, whatever their order', () => {
  fc.assert(
    fc.property(members, key, (all, k) => {
      const owner = ownerOf(k, all);
      expect(all).toContain(owner);
      expect(ownerOf(k, [...all].reverse())).toBe(owner);
    }),
  );
});

it('moves only the keys of the member that goes', () => {
  fc.assert(
    fc.property(members, fc.array(key, { maxLength: 30 }), (all, keys) => {
      const [gone, ...rest] = all;
      for (const k of keys) {
        const before = ownerOf(k, all);
        if (before !== gone) expect(ownerOf(k, rest)).toBe(before);
      }
    }),
  );
});

it('spreads keys evenly', () => {
  const all = ['autoscaler-0', 'autoscaler-1', 'autoscaler-2'];
  const counts = new Map<string | undefined, number>();
  for (let i = 0; i < 9_000; i++) {
    const owner = ownerOf(`ns-${i % 50}/service-${i}-00001`, all);
    counts.set(owner, (counts.get(owner) ?? 0) + 1);
  }
  // Each has 3,000 with a deviation of 45.
  for (const member of all) expect(Math.abs((counts.get(member) ?? 0) - 3_000)).toBeLessThan(250);
});

it('finds nobody among nobody', () => {
  expect(ownerOf('ns/r', [])).toBeUndefined();
});
