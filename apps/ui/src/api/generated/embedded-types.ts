/* Made by codegen.mjs from the schema and the documents; not edited by hand. */
/** Object types without an id. */
export const EMBEDDED_TYPES = [
  'AccountPage',
  'ActionPermission',
  'AuditPage',
  'CreatedToken',
  'MetricBounds',
  'MetricVerdict',
  'ReleaseEvent',
  'ReleaseStep',
  'SignalSecond',
  'VersionSignal',
] as const;
