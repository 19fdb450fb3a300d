import { DialAddress, HealthAddress } from '@tidegate/kernel';
import { OidcProvider } from '@tidegate/identity/provider';
import { z } from 'zod';

export const KubernetesProxyConfig = z.strictObject({
  host: z.string().default('0.0.0.0'),
  port: z.int().min(0).max(65_535).default(8443),
  tls: z.string().default('/etc/tidegate/tls').describe('Folder of its certificate: tls.crt, tls.key, ca.crt. Kubeconfigs carry the authority.'),
  address: z.string().regex(/^https:\/\/[^/\s?#]+$/, 'https://HOST or https://HOST:PORT').describe('As kubeconfigs name it.'),
  serverName: z.string().describe('A name in its certificate, whatever the address is.'),
});

/** The one schema of this process when it runs alone. */
export const ApiConfig = z.strictObject({
  host: z.string().default('127.0.0.1').describe('Address to listen on.'),
  hosts: z.array(z.string()).default([]).describe('Hosts (name, or name:port) under which people reach the API, beside localhost.'),
  port: z.int().min(0).max(65_535).default(7300),
  kubeconfig: z.string().optional().describe("Kubeconfig of the api's own identity; every call for a person is made as that person."),
  signals: DialAddress.describe('Where telemetry answers per-second signals.'),
  ownerTokenFile: z.string().optional().describe("File with the owner's token: whoever knows it administers the platform. For installations without a database."),
  setupTokenFile: z.string().optional().describe('File with the token that makes the first administrator.'),
  databaseUrlFile: z.string().optional().describe('File with the URL of a PostgreSQL: people, tokens and the audit log.'),
  providers: z.array(OidcProvider).max(20).default([]).describe('Identity providers (OpenID Connect) that people may sign in with.'),
  trustedProxies: z.array(z.string()).default([]).describe('Addresses or CIDR blocks of proxies in front, whose X-Forwarded-For is believed.'),
  consoleFolder: z.string().optional().describe('Folder of the built console; without it only GraphQL is served.'),
  kubernetesProxy: KubernetesProxyConfig.optional().describe('The Kubernetes API for people, with tokens of theirs; without it, it is not served.'),
  introspection: z.boolean().default(true).describe('Whether clients may ask for the GraphQL schema.'),
  rate: z.strictObject({ perSecond: z.number().positive().max(100_000), burst: z.int().min(1).max(100_000) }).default({ perSecond: 100, burst: 300 }).describe('GraphQL requests of one caller: in the long run, and at once.'),
  terminalIdleMinutes: z.int().min(1).max(1_440).default(15).describe('Without a key, after which a terminal is closed.'),
  health: HealthAddress.describe('Of /healthz, /readyz and /metrics.'),
  logLevel: z.enum(['debug', 'info', 'warn', 'error']).default('info').describe('Least level that is logged.'),
});
export type ApiConfig = z.infer<typeof ApiConfig>;
