import { z } from 'zod';

/** The one schema of this process when it runs alone. */
export const ApiConfig = z.strictObject({
  host: z.string().default('127.0.0.1').describe('Loopback address to listen on.'),
  port: z.int().min(0).max(65_535).default(7300),
  kubeconfig: z.string().describe("Kubeconfig of the api's own identity; every call for a person is made as that person."),
  signalsSocket: z.string().describe('Unix socket on which telemetry answers per-second signals.'),
  tokenFile: z.string().describe('File with the sign-in token.'),
  consoleFolder: z.string().optional().describe('Folder of the built console; without it only GraphQL is served.'),
  healthSocket: z.string().describe('Unix socket of /healthz, /readyz and /metrics.'),
  logLevel: z.enum(['debug', 'info', 'warn', 'error']).default('info').describe('Least level that is logged.'),
});
export type ApiConfig = z.infer<typeof ApiConfig>;
