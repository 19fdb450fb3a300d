import type { NewSession } from '@tidegate/identity';
import type { FastifyRequest } from 'fastify';
import { sessionCookieName } from './people.js';

/** Whether the browser came by https, here or at a proxy in front. A forged header only makes a cookie that plain http does not send. */
const isHttps = (request: Pick<FastifyRequest, 'headers' | 'protocol'>): boolean => request.protocol === 'https' || request.headers['x-forwarded-proto'] === 'https';

export function sessionCookie({ secret, expiresAt }: NewSession, request: FastifyRequest): string {
  const secure = isHttps(request) ? '; Secure' : '';
  return `${sessionCookieName(portOf(request))}=${secret}; Path=/; HttpOnly; SameSite=Strict; Expires=${expiresAt.toUTCString()}${secure}`;
}

export const noSessionCookies = (request: FastifyRequest): string[] => [
  `${sessionCookieName(portOf(request))}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0`,
  `tidegate-session-${portOf(request)}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0`,
];

export const portOf = (request: FastifyRequest): number => request.socket.localPort ?? 0;

/** The address under which the browser knows this server; its host has been checked by the guard. */
export const ownOrigin = (request: FastifyRequest): string => `${isHttps(request) ? 'https' : 'http'}://${request.headers.host ?? ''}`;
