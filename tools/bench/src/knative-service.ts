import { type KubeClient, type Pod, kinds } from '@tidegate/kube';
import { type KnativeService, knativeServices } from '@tidegate/serving-contract';
import { until } from './platform-instance.js';

const LIMIT_MS = 120_000;
const MANAGER = 'tidegate-bench';

export interface ServicePlan {
  namespace: string;
  name: string;
  image: string;
  /** Pods that it keeps, no more and no fewer; without it the autoscaler decides. */
  pods?: number;
  containerConcurrency?: number;
}

export function serviceOf({ namespace, name, image, pods, containerConcurrency }: ServicePlan): KnativeService {
  const bounds = { 'autoscaling.knative.dev/min-scale': String(pods), 'autoscaling.knative.dev/max-scale': String(pods) };
  return {
    metadata: { namespace, name },
    spec: {
      template: {
        metadata: { annotations: pods === undefined ? {} : bounds },
        spec: { containers: [{ name: 'user-container', image }], ...(containerConcurrency === undefined ? {} : { containerConcurrency }) },
      },
    },
  };
}

/** The host by which the platform's Gateway knows a public service. */
export const publicHost = ({ namespace, name }: Pick<ServicePlan, 'namespace' | 'name'>): string => `${name}.${namespace}.localhost`;

export async function applyService(client: KubeClient, plan: ServicePlan): Promise<void> {
  await client.apply(knativeServices, serviceOf(plan), { fieldManager: MANAGER });
}

export function isReady(service: KnativeService | undefined): boolean {
  const ready = service?.status?.conditions?.find((c) => c.type === 'Ready');
  return ready?.status === 'True' && service?.status?.observedGeneration === service?.metadata?.generation;
}

/** Applies it and waits until it is Ready and exactly its pods are. */
export async function startService(client: KubeClient, plan: ServicePlan): Promise<Pod[]> {
  await applyService(client, plan);
  const { namespace, name, pods = 1 } = plan;
  return until(`${name} is ready with ${pods} pods`, LIMIT_MS, async () => {
    if (!isReady(await client.get(knativeServices, name, namespace))) return undefined;
    const { items } = await client.list(kinds.pods, { namespace, labelSelector: `serving.knative.dev/service=${name}` });
    const ready = items.filter((p) => p.status?.conditions?.some((c) => c.type === 'Ready' && c.status === 'True'));
    return items.length === pods && ready.length === pods ? ready : undefined;
  });
}

/** The port that a process pod's container really listens at. */
export function realPortOf(pod: Pod): number {
  const ports = JSON.parse(pod.metadata?.annotations?.['embedded.tidegate.dev/ports'] ?? '{}') as Record<string, number>;
  const port = ports['8080'];
  if (port === undefined) throw new Error(`The pod ${pod.metadata?.name} has no port 8080.`);
  return port;
}
