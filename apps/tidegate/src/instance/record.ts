import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { writeFileAtomically } from './folder.js';
import type { InstancePaths } from './paths.js';

/** What `up` leaves for the other commands and for the next start. */
export const InstanceRecord = z.strictObject({
  /** Console and GraphQL on 127.0.0.1. */
  port: z.int(),
  /** The Kubernetes API on 127.0.0.1. */
  apiPort: z.int(),
  sample: z.boolean(),
  /** The Kubernetes API alone: no console, no pods. */
  apiOnly: z.boolean().optional(),
  podNetwork: z.enum(['loopback', 'namespace']).optional(),
  /** Whether requests to the Kubernetes API are written to a file. */
  auditLog: z.boolean().optional(),
});
export type InstanceRecord = z.infer<typeof InstanceRecord>;

/** Undefined when this data folder never ran or its record is not readable: the ports are then chosen anew. */
export function readRecord(paths: InstancePaths): InstanceRecord | undefined {
  try {
    return InstanceRecord.parse(JSON.parse(readFileSync(paths.record, 'utf8')));
  } catch {
    return undefined;
  }
}

export function writeRecord(paths: InstancePaths, record: InstanceRecord): void {
  writeFileAtomically(paths.record, `${JSON.stringify(record, null, 2)}\n`, 0o644);
}
