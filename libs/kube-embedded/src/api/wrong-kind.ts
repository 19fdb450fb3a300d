import { apiVersionOf, type KubeObject } from '@tidegate/kube';
import type { ResourceDefinition } from '../resources/resource-definition.js';

/** Go's package of the internal types of a group: apps, core, rbac. */
function packageOf(group: string): string {
  return group === '' ? 'core' : (group.split('.')[0] ?? group);
}

/** Built-in kinds have a component of Kubernetes' own OpenAPI documents. */
export function isBuiltin(definition: Pick<ResourceDefinition, 'component'>): boolean {
  return definition.component.startsWith('io.k8s.');
}

/**
 * What Kubernetes says when a body names another kind or version than the path; undefined when it fits. An absent apiVersion or kind
 * is taken from the path for built-in kinds. Those are converted by Go types, custom ones compared by name.
 */
export function wrongKind(definition: ResourceDefinition, object: KubeObject): string | undefined {
  const apiVersion = apiVersionOf(definition);
  const sentVersion = object.apiVersion || apiVersion;
  const sentKind = object.kind || definition.kind;
  if (sentVersion === apiVersion && sentKind === definition.kind) return undefined;
  const version = sentVersion.split('/').pop() ?? '';
  if (isBuiltin(definition) && sentKind !== definition.kind) {
    return `${sentKind} in version "${version}" cannot be handled as a ${definition.kind}: converting (${version}.${sentKind}) to (${packageOf(definition.group)}.${definition.kind}): unknown conversion`;
  }
  if (sentVersion === apiVersion) return `the kind in the data (${sentKind}) does not match the expected kind (${definition.kind})`;
  return `the API version in the data (${sentVersion}) does not match the expected API version (${apiVersion})`;
}
