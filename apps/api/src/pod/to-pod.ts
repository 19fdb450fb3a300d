import type { CoreEvent, Pod as KubePod } from '@tidegate/kube';
import type { GuardedAction, Permission } from '../edge/permission.js';
import { toGlobalId } from '../edge/global-id.js';
import type { ClusterEvent, Pod, PodContainer } from './pod.types.js';

type ContainerStatus = NonNullable<NonNullable<KubePod['status']>['containerStatuses']>[number];

export function toPod({ metadata, spec, status }: KubePod, can: Permission[]): Pod {
  const { namespace = '', name = '' } = metadata ?? {};
  const states = new Map((status?.containerStatuses ?? []).map((c) => [c.name, c]));
  return {
    id: toGlobalId('Pod', namespace, name),
    namespace,
    name,
    status: statusInWords({ metadata, spec, status }),
    ready: status?.conditions?.some((c) => c.type === 'Ready' && c.status === 'True') ?? false,
    restarts: (status?.containerStatuses ?? []).reduce((sum, c) => sum + c.restartCount, 0),
    node: spec?.nodeName ?? null,
    address: status?.podIP ?? null,
    version: metadata?.labels?.['version'] ?? null,
    containers: (spec?.containers ?? []).map((c) => toContainer(c, states.get(c.name))),
    createdAt: metadata?.creationTimestamp ?? null,
    can,
  };
}

/** What the terminals of a pod need. */
export function terminalActions({ metadata, status }: KubePod): GuardedAction[] {
  const { namespace = '', name = '' } = metadata ?? {};
  const runs = [...(status?.containerStatuses ?? []), ...(status?.initContainerStatuses ?? [])].some((c) => c.state?.running);
  const impossible = runs ? undefined : `No container of ${name} runs.`;
  const needs = { verb: 'create', group: '', resource: 'pods', namespace, name };
  return [
    { action: 'terminal', needs: { ...needs, subresource: 'exec' }, scope: 'terminal', impossible },
    { action: 'attach', needs: { ...needs, subresource: 'attach' }, scope: 'terminal', impossible },
  ];
}

/** kubectl's column STATUS: what holds a container back says more than the phase. */
export function statusInWords({ metadata, status }: KubePod): string {
  if (metadata?.deletionTimestamp !== undefined) return 'Terminating';
  if (status?.reason) return status.reason;
  const held = (status?.containerStatuses ?? []).map((c) => c.state?.waiting?.reason ?? c.state?.terminated?.reason).find((reason) => reason !== undefined);
  return held ?? status?.phase ?? 'Pending';
}

function toContainer({ name, image }: { name: string; image?: string }, status: ContainerStatus | undefined): PodContainer {
  const { waiting, terminated, running } = status?.state ?? {};
  const state = running ? 'running' : terminated ? `terminated: ${terminated.reason ?? `exit code ${terminated.exitCode}`}` : `waiting${waiting?.reason ? `: ${waiting.reason}` : ''}`;
  return { name, image: image ?? '', ready: status?.ready ?? false, restarts: status?.restartCount ?? 0, state };
}

export function toEvent({ metadata, type, reason, message, involvedObject, count, lastTimestamp, eventTime, firstTimestamp }: CoreEvent): ClusterEvent {
  const { namespace = '', name = '', creationTimestamp } = metadata ?? {};
  return {
    id: toGlobalId('Event', namespace, name),
    namespace,
    type: type ?? 'Normal',
    reason: reason ?? '',
    message: message ?? '',
    objectKind: involvedObject.kind ?? '',
    objectName: involvedObject.name ?? '',
    count: count ?? 1,
    at: lastTimestamp ?? eventTime ?? firstTimestamp ?? creationTimestamp ?? '',
  };
}
