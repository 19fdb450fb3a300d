import { DialAddress, HealthAddress } from '@tidegate/kernel';
import { z } from 'zod';

/** The one schema of this process when it runs alone. */
export const ApiConfig = z.strictObject({
  host: z.string().default('127.0.0.1').describe('Address to listen on.'),
  hosts: z.array(z.string()).default([]).describe('Hosts (name, or name:port) under which people reach the API, beside localhost.'),
  port: z.int().min(0).max(65_535).default(7300),
  kubeconfig: z.string().optional().describe("Kubeconfig of the api's own identity; every call for a person is made as that person."),
  signals: DialAddress.describe('Where telemetry answers per-second signals.'),
  tokenFile: z.string().describe('File with the sign-in token.'),
  consoleFolder: z.string().optional().describe('Folder of the built console; without it only GraphQL is served.'),
  health: HealthAddress.describe('Of /healthz, /readyz and /metrics.'),
  logLevel: z.enum(['debug', 'info', 'warn', 'error']).default('info').describe('Least level that is logged.'),
});
export type ApiConfig = z.infer<typeof ApiConfig>;
