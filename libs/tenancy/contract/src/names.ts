export const TENANCY_GROUP = 'tenancy.tidegate.dev';
export const TENANCY_VERSION = 'v1alpha1';

/** On a namespace: the workspace whose project it is. */
export const WORKSPACE_LABEL = 'tenancy.tidegate.dev/workspace';
/** On everything that the controller makes for a workspace. */
export const MADE_FOR_LABEL = 'tenancy.tidegate.dev/made-for';
/** On a project whose workspace has a quota: admission asks the platform about what is made there. */
export const QUOTA_LABEL = 'tenancy.tidegate.dev/quota';
/** The ResourceQuota in each project by which Kubernetes counts what the project takes of its workspace's quota. */
export const WORKSPACE_QUOTA = 'tidegate-workspace';
/** On a namespace or Workspace: who created it and who changed it last, signed by admission. */
export const CREATOR_ANNOTATION = 'tenancy.tidegate.dev/creator';
export const CHANGED_BY_ANNOTATION = 'tenancy.tidegate.dev/changed-by';
/** On a ClusterRole: it is a permission that custom roles may be made of. */
export const PERMISSION_LABEL = 'tenancy.tidegate.dev/permission';
/** What happens with the projects of a deleted Workspace: Orphan (default) or Cascade. */
export const DELETION_ANNOTATION = 'tenancy.tidegate.dev/deletion';
export const WORKSPACE_FINALIZER = 'tenancy.tidegate.dev/projects';
/** Field manager of everything that tenancy applies. */
export const TENANCY_MANAGER = 'tidegate-tenancy';

/** How accounts and groups of Tidegate are seen by Kubernetes. */
export const SUBJECT_PREFIX = 'tidegate:';
