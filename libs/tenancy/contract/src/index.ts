export {
  CHANGED_BY_ANNOTATION,
  CREATOR_ANNOTATION,
  DELETION_ANNOTATION,
  MADE_FOR_LABEL,
  PERMISSION_LABEL,
  SUBJECT_PREFIX,
  TENANCY_GROUP,
  TENANCY_MANAGER,
  TENANCY_VERSION,
  WORKSPACE_FINALIZER,
  WORKSPACE_LABEL,
  WORKSPACE_QUOTA,
  QUOTA_LABEL,
} from './names.js';
export {
  type CustomRole,
  type Member,
  WORKSPACE_ROLES,
  WORKSPACE_QUOTA_NAMES,
  type Workspace,
  type WorkspaceQuotaStatus,
  type WorkspaceRole,
  type WorkspaceSpec,
  type WorkspaceStatus,
  workspaceSpecSchema,
  workspaceStatusSchema,
} from './workspace.js';
export { type LimitRange, type NetworkPolicy, type ResourceQuota, limitRanges, networkPolicies, resourceQuotas, tenancyCrds, workspaces } from './kinds.js';
