import fc from 'fast-check';
import { canonicalQuantity, compareQuantities, formatQuantity, parseQuantity } from './quantity.js';

describe('quantities', () => {
  it.each([
    ['0.5', '500m'],
    ['1024Mi', '1Gi'],
    ['1.5Gi', '1536Mi'],
    ['1000m', '1'],
    ['1000', '1k'],
    ['1e3', '1e3'],
    ['0', '0'],
    ['0Mi', '0'],
    ['100', '100'],
    ['.5', '500m'],
    ['1.', '1'],
    ['12E', '12E'],
    ['1n', '1n'],
    ['0.1n', '1n'],
    ['-3', '-3'],
    ['1536', '1536'],
    ['512Ki', '512Ki'],
  ])('%s is stored as %s', (given, stored) => {
    expect(canonicalQuantity(given)).toBe(stored);
  });

  it.each(['', 'x', '1x', '1 Gi', '--1', '1e', 'Gi', '1KI', '9'.repeat(100), '1e999'])('%s is no quantity', (given) => {
    expect(parseQuantity(given)).toBeUndefined();
  });

  const quantity = fc
    .tuple(fc.integer({ min: -100_000, max: 100_000 }), fc.constantFrom('', 'm', 'k', 'M', 'G', 'Ki', 'Mi', 'Gi', 'e2', 'u'))
    .map(([number, suffix]) => `${number}${suffix}`);

  it('canonical forms are stable and keep the value', () => {
    fc.assert(
      fc.property(quantity, (text) => {
        const once = canonicalQuantity(text);
        expect(canonicalQuantity(once)).toBe(once);
        expect(compareQuantities(once, text)).toBe(0);
      }),
    );
  });

  it('whatever is read is written back readable', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const parsed = parseQuantity(text);
        if (parsed) expect(parseQuantity(formatQuantity(parsed))?.nano).toBe(parsed.nano);
      }),
    );
  });
});
