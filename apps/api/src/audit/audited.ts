import type { AuditEntry, AuditLog } from '@tidegate/access';
import { TidegateError } from '@tidegate/kernel';
import { isForbidden } from '@tidegate/kube';

const LONGEST_REASON = 500;

/**
 * Does `work` and records how it ended before the answer leaves. When the record cannot be written the call fails although it was done: the caller learns of it,
 * and what was done is seen in Kubernetes.
 */
export async function audited<T>(log: AuditLog, entry: Omit<AuditEntry, 'result'>, work: () => Promise<T>, changeOf?: (value: T) => readonly unknown[]): Promise<T> {
  let value: T;
  try {
    value = await work();
  } catch (error) {
    const reason = error instanceof Error ? error.message.slice(0, LONGEST_REASON) : undefined;
    await log.record({ ...entry, result: isDenied(error) ? 'Denied' : 'Failed', reason });
    throw error;
  }
  await log.record({ ...entry, result: 'Succeeded', ...(changeOf ? { change: changeOf(value) } : {}) });
  return value;
}

const isDenied = (error: unknown): boolean => isForbidden(error) || (error instanceof TidegateError && /_(FORBIDDEN|DENIED|SCOPE_MISSING)$/.test(error.code));
