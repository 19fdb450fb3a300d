export { type AuditFilter, PostgresAuditLog, type StoredAuditEntry } from './postgres-audit-log.js';
export { auditedChange, redacted } from './redact.js';
