export type { AuditEntry, AuditLog } from './audit-log.js';
export { ADMINISTRATORS, CREDENTIAL_SCOPES, type Caller, type CredentialScope, EVERYBODY, groupOf, userOf } from './caller.js';
export type { Attributes, Right, Rights } from './rights.js';
