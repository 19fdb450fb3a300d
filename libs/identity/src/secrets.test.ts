import { isSameSecret, isTokenForm, newToken } from './secrets.js';

it('makes tokens that are told by their form, and refuses what was mistyped', () => {
  const tokens = Array.from({ length: 200 }, newToken);
  expect(new Set(tokens).size).toBe(200);
  expect(tokens.every(isTokenForm)).toBe(true);
  const [token = ''] = tokens;
  const other = token[20] === 'a' ? 'b' : 'a';
  expect(isTokenForm(token.slice(0, 20) + other + token.slice(21))).toBe(false);
  for (const text of ['', 'tgp_', `${token} `, token.slice(1), `x${token}`]) expect(isTokenForm(text)).toBe(false);
});

it('compares secrets of any length', () => {
  expect(isSameSecret('a', 'a')).toBe(true);
  expect(isSameSecret('a', 'ab')).toBe(false);
  expect(isSameSecret('', 'b')).toBe(false);
});
