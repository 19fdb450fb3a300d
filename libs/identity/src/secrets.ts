import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** `tgp_` + 40 characters of 240 random bits + 7 of a checksum: scanners of leaked secrets can tell it, and typing errors never reach the database. */
export const TOKEN_PREFIX = 'tgp_';
const TOKEN = /^tgp_([A-Za-z0-9_-]{40})([0-9a-z]{7})$/;

const checksum = (body: string): string => crc32(body).toString(36).padStart(7, '0');

export function newToken(): string {
  const body = randomBytes(30).toString('base64url');
  return `${TOKEN_PREFIX}${body}${checksum(body)}`;
}

export function isTokenForm(text: string): boolean {
  const [, body, sum] = TOKEN.exec(text) ?? [];
  return body !== undefined && sum === checksum(body);
}

/** 256 random bits of a session's cookie. */
export const newSessionSecret = (): string => randomBytes(32).toString('base64url');

/** What the database keeps of a secret. It has all its bits by itself, so a plain hash is enough. */
export const secretHash = (secret: string): Uint8Array<ArrayBuffer> => new Uint8Array(createHash('sha256').update(secret).digest());

/** Compares texts of any length in a time that tells nothing about where they differ. */
export const isSameSecret = (a: string, b: string): boolean => timingSafeEqual(secretHash(a), secretHash(b));
