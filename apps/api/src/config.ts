import { z } from 'zod';

/** The one schema of this process. */
export const ApiConfig = z.strictObject({
  /** Console and GraphQL listen here, on the loopback only; a cluster puts its own gateway in front. */
  host: z.string().default('127.0.0.1'),
  port: z.int().min(0).max(65_535),
  /** Kubeconfig of the api's own identity; every call for a user is made as that user. */
  kubeconfig: z.string(),
  /** Where telemetry answers per-second signals. */
  signalsSocket: z.string(),
  /** File with the sign-in token. */
  tokenFile: z.string(),
  /** Folder of the built console; without it only GraphQL is served. */
  consoleFolder: z.string().optional(),
});
export type ApiConfig = z.infer<typeof ApiConfig>;
