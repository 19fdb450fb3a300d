import type { Namespace } from '@tidegate/kube';
import { toGlobalId } from '../edge/global-id.js';
import type { Project } from './project.types.js';

const SYSTEM = /^(kube-.*|tidegate-system|knative-.*)$/;
const NAME_ANNOTATION = 'tidegate.dev/display-name';
const DESCRIPTION_ANNOTATION = 'tidegate.dev/description';
const WORKSPACE_LABEL = 'tenancy.tidegate.dev/workspace';

export function toProject({ metadata, status }: Namespace): Project {
  const name = metadata?.name ?? '';
  return {
    id: toGlobalId('Project', '', name),
    name,
    displayName: metadata?.annotations?.[NAME_ANNOTATION] ?? name,
    description: metadata?.annotations?.[DESCRIPTION_ANNOTATION] ?? null,
    workspace: metadata?.labels?.[WORKSPACE_LABEL] ?? null,
    isSystem: SYSTEM.test(name),
    isEnding: status?.phase === 'Terminating' || metadata?.deletionTimestamp !== undefined,
    createdAt: metadata?.creationTimestamp ?? null,
  };
}
