import { z } from 'zod';

const socket = z.strictObject({ socket: z.string().min(1).describe('Path of a unix socket; who may open its folder may connect.') });
const port = z.int().min(0).max(65_535);
const tls = z
  .string()
  .min(1)
  .describe('Folder with tls.crt, tls.key and ca.crt, as a mounted Secret has them; read again when they change.');

/** Where a server of the platform listens: on one machine a unix socket, between pods mutual TLS. There is no third way: nothing is listened on in the clear. */
export const ListenAddress = z.union([socket, z.strictObject({ host: z.string().default('0.0.0.0'), port, tls })]);
export type ListenAddress = z.infer<typeof ListenAddress>;

/** Where a server of the platform is reached; with TLS its certificate must have `name`. */
export const DialAddress = z.union([
  socket,
  z.strictObject({ host: z.string().min(1), port: port.min(1), tls, name: z.string().min(1).describe('For example mesh.tidegate.') }),
]);
export type DialAddress = z.infer<typeof DialAddress>;

/** A server between pods. */
export type TlsListenAddress = Exclude<ListenAddress, { socket: string }>;
export type TlsDialAddress = Exclude<DialAddress, { socket: string }>;

/** For logs and messages. */
export function addressText(address: ListenAddress | DialAddress): string {
  return 'socket' in address ? address.socket : `${address.host}:${address.port}`;
}

/** Where /healthz, /readyz and /metrics are served, in the clear. */
export const HealthAddress = z.union([socket, z.strictObject({ host: z.string().default('0.0.0.0'), port })]);
export type HealthAddress = z.infer<typeof HealthAddress>;
