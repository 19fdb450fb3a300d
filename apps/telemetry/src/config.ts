import { HealthAddress, ListenAddress } from '@tidegate/kernel';
import { z } from 'zod';

/** The one schema of this process. */
export const TelemetryConfig = z.strictObject({
  listen: ListenAddress.describe('Where Envoy delivers access logs and metrics.'),
  signals: ListenAddress.describe('Where per-second signals are offered.'),
  health: HealthAddress.describe('Of /healthz, /readyz and /metrics.'),
  logLevel: z.enum(['debug', 'info', 'warn', 'error']).default('info').describe('Least level that is logged.'),
  seconds: z.int().min(60).max(7_200).default(900).describe('Closed seconds kept per Service.'),
  subjects: z.int().min(1).max(10_000).default(256).describe('Services kept; the one idle longest is forgotten first.'),
});
export type TelemetryConfig = z.infer<typeof TelemetryConfig>;
