export { componentState } from './application/component-state.js';
export { type ApplicationPlan, type Component, type ObservedApplication, MOST_LISTED, componentsOf, conditionsOf, ownerOf, planApplication } from './application/plan-application.js';
export { type ComponentKind, type Selection, MOST_KINDS, kindText, readSelection } from './application/read-selection.js';
export { PERMISSIONS, type Permission, permissionRoles, resolvePermissions } from './permissions.js';
export { PROJECT_ROLES, WORKSPACE_CREATOR, platformRoles } from './platform-roles.js';
export { type DeletionPlan, type Made, type ObservedWorkspace, type WorkspacePlan, isWorkspaceRole, planDeletion, planWorkspace } from './plan-workspace.js';
export { type Book, type Reservation, SETTLE_SECONDS, reserve, settle, settlesInMs } from './workspace-quota.js';
export { type NamespaceChange, type Question, type Verdict, questionsOfNamespace, questionsOfWorkspace, routeIsOutside, signNamespace, signWorkspace } from './review-tenancy.js';
