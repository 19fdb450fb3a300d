import type { AuditLog } from '@tidegate/access';
import type { Logger } from '@tidegate/kernel';

/** The audit log of an installation without a database: lines in the process's log, for whoever collects it. */
export const logAudit = (log: Logger): AuditLog => ({
  record: async ({ caller, ...entry }) => {
    log.info({ audit: { ...entry, account: caller?.id, as: caller?.user, credential: caller?.credential, address: caller?.address ?? entry.address } }, 'audit');
  },
});
