import fc from 'fast-check';
import { WHOLE, intervalsOf, nest, runtimeFraction } from './fractions.js';

const weights = fc.array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: 1, maxLength: 16 }).filter((w) => w.some((n) => n > 0));

describe('intervalsOf', () => {
  it('gives every weight its share to one millionth, without gaps or overlaps', () => {
    fc.assert(
      fc.property(weights, (given) => {
        const sum = given.reduce((a, b) => a + b, 0);
        const found = intervalsOf(given);
        found.forEach(({ from, to }, i) => {
          expect(from).toBe(i === 0 ? 0 : found[i - 1]?.to);
          expect(Math.abs((to - from) / WHOLE - (given[i] ?? 0) / sum)).toBeLessThanOrEqual(1 / WHOLE);
        });
        expect(found.at(-1)?.to).toBe(WHOLE);
      }),
    );
  });

  it('keeps 0.01 % exact', () => {
    expect(intervalsOf([1, 9999])).toEqual([
      { from: 0, to: 100 },
      { from: 100, to: WHOLE },
    ]);
  });

  it('gives nothing to anybody when all weights are 0', () => {
    expect(intervalsOf([0, 0]).every(({ from, to }) => from === to)).toBe(true);
  });

  it('nests shares inside a share, again without gaps', () => {
    fc.assert(
      fc.property(weights, weights, (outer, inner) => {
        for (const share of intervalsOf(outer)) {
          const parts = intervalsOf(inner, share);
          expect(parts[0]?.from).toBe(share.from);
          expect(parts.at(-1)?.to).toBe(share.to);
          parts.forEach((part, i) => expect(part.from).toBe(i === 0 ? share.from : parts[i - 1]?.to));
        }
      }),
    );
  });
});

describe('nest', () => {
  it('halves a quarter', () => {
    expect(nest({ from: 500_000, to: WHOLE }, { from: 250_000, to: 500_000 })).toEqual({ from: 375_000, to: 500_000 });
  });
});

describe('runtimeFraction', () => {
  it('is absent for the last share', () => {
    expect(runtimeFraction(WHOLE)).toBeUndefined();
    expect(runtimeFraction(100)).toEqual({ default_value: { numerator: 100, denominator: 'MILLION' } });
  });
});
