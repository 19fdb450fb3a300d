import type { Namespace } from '@tidegate/kube';
import { WORKSPACE_LABEL } from '@tidegate/tenancy-contract';
import { toGlobalId } from '../edge/global-id.js';
import type { Project } from './project.types.js';

const SYSTEM = /^(kube-.*|tidegate-system|knative-.*)$/;
export const NAME_ANNOTATION = 'tidegate.dev/display-name';
export const DESCRIPTION_ANNOTATION = 'tidegate.dev/description';

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
