import { isWorn } from './pod-tokens.js';

const HOUR = 3600_000;
it.each([
  { name: 'young', age: 0.5 * HOUR, life: HOUR, worn: false },
  { name: 'four fifths over', age: 0.8 * HOUR, life: HOUR, worn: true },
  { name: 'a day old, of a year', age: 24 * HOUR, life: 365 * 24 * HOUR, worn: true },
])('a token that is $name', ({ age, life, worn }) => expect(isWorn({ issuedAt: 1000, expiresAt: 1000 + life }, 1000 + age)).toBe(worn));
