import fc from 'fast-check';
import { cookieMatch } from './route-matches.js';

const name = fc.stringMatching(/^[A-Za-z0-9_-]{1,12}$/);
const value = fc.stringMatching(/^[A-Za-z0-9.()+*-]{1,20}$/);

it('finds a cookie wherever it stands, and nothing that only looks like it', () => {
  fc.assert(
    fc.property(name, value, fc.array(fc.tuple(name, value), { maxLength: 4 }), fc.nat(), (n, v, others, at) => {
      const rest = others.filter(([k]) => k !== n).map(([k, x]) => `${k}=${x}`);
      const pattern = new RegExp(cookieMatch(n, v).headers?.[0]?.value ?? '');
      const placed = [...rest];
      placed.splice(at % (rest.length + 1), 0, `${n}=${v}`);
      expect(pattern.test(placed.join('; '))).toBe(true);
      expect(pattern.test(rest.join('; '))).toBe(false);
      expect(pattern.test([...rest, `${n}=${v}x`].join('; '))).toBe(false);
      expect(pattern.test([...rest, `x${n}=${v}`].join('; '))).toBe(false);
    }),
  );
});
