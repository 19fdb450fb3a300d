import type { Caller } from '@tidegate/access';
import type { AuditFilter, StoredAuditEntry } from '@tidegate/audit';
import type { ReviewedRights } from '@tidegate/rights';
import { requireRight } from '../edge/visible.js';
import { AuditEntry, type AuditFilterInput, AuditOutcome } from './audit.types.js';

/** The platform's whole log, or a workspace's for those who administer it. */
export const requireToRead = (rights: ReviewedRights, caller: Caller, workspace: string | undefined): Promise<void> =>
  requireRight(
    rights,
    caller,
    workspace === undefined
      ? { verb: 'list', group: 'audit.tidegate.dev', resource: 'entries' }
      : { verb: 'get', group: 'tenancy.tidegate.dev', resource: 'workspaces', subresource: 'audit', name: workspace },
  );

export const toFilter = ({ outcome, ...rest }: AuditFilterInput): AuditFilter => ({ ...rest, result: outcome });

const OUTCOMES = { Succeeded: AuditOutcome.SUCCEEDED, Denied: AuditOutcome.DENIED, Failed: AuditOutcome.FAILED };

export const toAuditEntry = (row: StoredAuditEntry): AuditEntry => ({
  id: String(row.id),
  at: row.at,
  account: row.account,
  attempted: row.attempted,
  credential: row.credentialKind,
  address: row.address,
  action: row.action,
  resource: row.objectResource === null ? null : [row.objectResource, row.objectGroup].filter(Boolean).join('.'),
  namespace: row.namespace,
  name: row.name,
  workspace: row.workspace,
  outcome: OUTCOMES[row.result],
  reason: row.reason,
  change: row.change === null ? null : JSON.stringify(row.change),
});
