import { type ClusterNode, type Deployment, findCondition } from '@tidegate/kube';
import { type Gateway, GATEWAY_CLASS_NAME } from '@tidegate/mesh-contract';
import { type DatabaseHealth, type GatewayHealth, HealthState, type NodeHealth, type PlatformHealth, type PlatformPart } from './platform.types.js';

const MOST_SHOWN = 200;
const of = (isReady: boolean): HealthState => (isReady ? HealthState.READY : HealthState.NOT_READY);

export interface SeenPlatform {
  parts: readonly PlatformPart[];
  gateways: readonly Gateway[];
  nodes: readonly ClusterNode[];
  database: { isConfigured: boolean; isOpen: boolean };
}

export function toPlatformHealth({ parts, gateways, nodes, database: { isConfigured, isOpen } }: SeenPlatform): PlatformHealth {
  const database: DatabaseHealth = {
    configured: isConfigured,
    state: of(!isConfigured || isOpen),
    why: !isConfigured ? 'There is none: only the owner signs in, and nothing is recorded but in logs.' : isOpen ? null : 'It does not answer: people cannot sign in until it does.',
  };
  const own = gateways.filter((g) => g.spec.gatewayClassName === GATEWAY_CLASS_NAME).map(toGateway);
  const seen = nodes.map(toNode);
  // Nodes and Gateways of teams come and go; the platform is what it runs itself.
  const isReady = parts.every((p) => p.state === HealthState.READY) && database.state === HealthState.READY;
  return { state: of(isReady), parts: [...parts], database, gateways: worstFirst(own), nodes: worstFirst(seen) };
}

function worstFirst<T extends { state: HealthState; name: string }>(all: readonly T[]): T[] {
  const rank = ({ state }: T): number => (state === HealthState.READY ? 1 : 0);
  return [...all].sort((a, b) => rank(a) - rank(b) || (a.name < b.name ? -1 : 1)).slice(0, MOST_SHOWN);
}

/** In a cluster: the Deployments of the release. */
export function partsOfDeployments(deployments: readonly Deployment[]): PlatformPart[] {
  return deployments
    .filter(({ metadata }) => metadata?.labels?.['app.kubernetes.io/name'] === 'tidegate' && metadata.labels['app.kubernetes.io/component'] !== undefined)
    .map(({ metadata, spec, status }): PlatformPart => {
      const [wanted, ready] = [spec?.replicas ?? 1, status?.readyReplicas ?? 0];
      const failing = status?.conditions?.find((c) => (c.type === 'Progressing' && c.status === 'False') || (c.type === 'ReplicaFailure' && c.status === 'True'));
      return { name: metadata?.labels?.['app.kubernetes.io/component'] ?? '', state: of(ready >= wanted), ready, wanted, restarts: null, why: ready >= wanted ? null : (failing?.message ?? `${ready} of ${wanted} pods are ready.`) };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function toGateway({ metadata, status }: Gateway): GatewayHealth {
  const programmed = findCondition(status?.conditions, 'Programmed');
  const isReady = programmed?.status === 'True';
  return { namespace: metadata?.namespace ?? '', name: metadata?.name ?? '', state: of(isReady), addresses: (status?.addresses ?? []).map((a) => a.value), why: isReady ? null : (programmed?.message ?? 'Nobody has looked at it yet.') };
}

function toNode({ metadata, status }: ClusterNode): NodeHealth {
  const ready = status?.conditions?.find((c) => c.type === 'Ready');
  const isReady = ready?.status === 'True';
  return { name: metadata?.name ?? '', state: of(isReady), why: isReady ? null : (ready?.message ?? 'It has not told how it is.') };
}
