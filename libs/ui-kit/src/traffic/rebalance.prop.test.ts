import fc from 'fast-check';
import { rebalance } from './rebalance';

const shares = fc
  .array(fc.integer({ min: 0, max: 100 }), { minLength: 1, maxLength: 8 })
  .map((percents) => percents.map((percent, index) => ({ key: `v${index}`, percent })));

it('always sums to 100, keeps the order, and gives what was asked for within 0 to 100', () => {
  fc.assert(
    fc.property(shares, fc.nat(7), fc.integer({ min: -50, max: 150 }), (before, at, percent) => {
      const key = `v${at % before.length}`;
      const after = rebalance(before, key, percent);
      expect(after.map((s) => s.key)).toEqual(before.map((s) => s.key));
      expect(after.reduce((sum, s) => sum + s.percent, 0)).toBe(100);
      expect(after.every((s) => s.percent >= 0 && Number.isInteger(s.percent))).toBe(true);
      if (before.length > 1) expect(after.find((s) => s.key === key)?.percent).toBe(Math.min(100, Math.max(0, percent)));
    }),
  );
});

it.each([
  { name: 'two give and take', before: [90, 10], set: 25, is: [75, 25] },
  { name: 'others keep their proportion', before: [60, 30, 10], set: 40, is: [40, 20, 40] },
  { name: 'others that had nothing share evenly', before: [0, 0, 100], set: 50, is: [25, 25, 50] },
  { name: 'a remainder goes to the largest fraction', before: [50, 25, 25], set: 0, is: [67, 33, 0] },
])('$name', ({ before, set, is }) => {
  const named = before.map((percent, index) => ({ key: `v${index}`, percent }));
  expect(rebalance(named, `v${before.length - 1}`, set).map((s) => s.percent)).toEqual(is);
});
