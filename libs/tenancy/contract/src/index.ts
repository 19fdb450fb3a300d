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
} from './names.js';
export {
  type CustomRole,
  type Member,
  WORKSPACE_ROLES,
  type Workspace,
  type WorkspaceRole,
  type WorkspaceSpec,
  type WorkspaceStatus,
  workspaceSpecSchema,
  workspaceStatusSchema,
} from './workspace.js';
export { type LimitRange, type NetworkPolicy, type ResourceQuota, limitRanges, networkPolicies, resourceQuotas, tenancyCrds, workspaces } from './kinds.js';
