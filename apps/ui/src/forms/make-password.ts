/** Without signs that look like another. 32 of them: five bits each. */
const SIGNS = 'abcdefghjkmnpqrstuvwxyz23456789-';

/** 20 random signs, 100 bits: easy to read out, hard to guess. */
export function makePassword(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(20)), (byte) => SIGNS[byte % SIGNS.length]).join('');
}
