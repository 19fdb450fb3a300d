import { z } from 'zod';

/** The one schema of this process when it runs alone. */
export const ApiConfig = z.strictObject({
  host: z.string().default('127.0.0.1').describe('Address to listen on; a cluster puts its own gateway in front.'),
  port: z.int().min(0).max(65_535),
  kubeconfig: z.string().describe("Kubeconfig of the api's own identity; every call for a person is made as that person."),
  signalsSocket: z.string().describe('Unix socket on which telemetry answers per-second signals.'),
  tokenFile: z.string().describe('File with the sign-in token.'),
  consoleFolder: z.string().optional().describe('Folder of the built console; without it only GraphQL is served.'),
});
export type ApiConfig = z.infer<typeof ApiConfig>;
