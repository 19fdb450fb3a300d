import { PasswordHasher } from './password-hash.js';

const hasher = new PasswordHasher();

it('accepts the password and no other, with a new salt each time', async () => {
  const [a, b] = await Promise.all([hasher.hash('correct horse'), hasher.hash('correct horse')]);
  expect(a).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(a).not.toBe(b);
  expect(await hasher.matches('correct horse', a)).toBe(true);
  expect(await hasher.matches('correct hors', a)).toBe(false);
});

it('knows no password of an account that has none', async () => {
  expect(await hasher.matches('', undefined)).toBe(false);
  expect(await hasher.matches('x', null)).toBe(false);
  expect(await hasher.matches('x', 'not a hash')).toBe(false);
});

it('checks hashes with other costs', async () => {
  const [salt, message] = ['somesaltsomesalt', 'password'];
  const { argon2Sync } = await import('node:crypto');
  const tag = argon2Sync('argon2id', { message, nonce: salt, memory: 4096, passes: 3, parallelism: 1, tagLength: 24 });
  const phc = `$argon2id$v=19$m=4096,t=3,p=1$${Buffer.from(salt).toString('base64').replaceAll('=', '')}$${tag.toString('base64').replaceAll('=', '')}`;
  expect(await hasher.matches('password', phc)).toBe(true);
});

it('refuses who would wait behind a hundred others', async () => {
  const all = await Promise.allSettled(Array.from({ length: 110 }, () => hasher.matches('x', undefined)));
  const refused = all.filter((r) => r.status === 'rejected');
  expect(refused).toHaveLength(8);
  expect(String(refused[0]?.reason)).toContain('Too many people are signing in');
  expect(await hasher.matches('x', undefined)).toBe(false);
}, 60_000);
