import { passwordIsRefused } from './password-policy.js';

describe('passwordIsRefused', () => {
  it.each([
    { name: 'a phrase', password: 'correct horse battery' },
    { name: 'other scripts', password: 'пароль-для-ады-7' },
    { name: 'a common word among others', password: 'password of the north sea' },
  ])('allows $name', ({ password }) => {
    expect(passwordIsRefused(password, 'ada')).toBeUndefined();
  });

  it.each([
    { name: 'short', password: 'elevenchars', words: '12 characters' },
    { name: 'endless', password: 'ab1cd2'.repeat(50), words: '256 bytes' },
    { name: 'one letter', password: 'aaaaaaaaaaaaaaaa', words: 'repeats' },
    { name: 'with the name', password: 'the-ada-lovelace', words: "account's name" },
    { name: 'common', password: 'Password123456', words: 'first' },
    { name: 'common twice', password: 'qwertyqwerty', words: 'first' },
  ])('refuses one that is $name', ({ password, words }) => {
    expect(passwordIsRefused(password, 'ada')).toContain(words);
  });
});
