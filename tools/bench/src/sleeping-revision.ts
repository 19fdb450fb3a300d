import { execFile } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { type KubeClient, type Pod, kinds } from '@tidegate/kube';
import { httpRoutes, trafficPolicies } from '@tidegate/mesh-contract';
import { deploymentNameFor, podAutoscalers } from '@tidegate/serving-contract';
import { type PlatformInstance, until } from './platform-instance.js';

export const IMAGES = path.resolve(import.meta.dirname, '..', 'images');
const run = promisify(execFile);
const LIMIT_MS = 120_000;

export interface RevisionPlan {
  namespace: string;
  name: string;
  image: string;
  replicas?: number;
  env?: Record<string, string>;
  containerConcurrency?: number;
}

/** What the serving controller makes for a revision, with a host `<name>.bench.localhost` on the platform's own Gateway. */
export async function createRevision(client: KubeClient, plan: RevisionPlan): Promise<void> {
  const { namespace, name, image, replicas = 0, env = {}, containerConcurrency = 0 } = plan;
  const labels = { 'serving.knative.dev/revision': name, 'serving.knative.dev/revisionUID': name };
  const pod = { ...labels, 'serving.tidegate.dev/endpoint': 'true' };
  const container = {
    name: 'user-container',
    image,
    ports: [{ name: 'user-port', containerPort: 8080 }],
    env: Object.entries(env).map(([key, value]) => ({ name: key, value })),
    readinessProbe: { tcpSocket: { port: 'user-port' }, periodSeconds: 1 },
  };
  const deployment = deploymentNameFor(name);
  await client.create(kinds.deployments, {
    metadata: { namespace, name: deployment, labels },
    spec: { replicas, selector: { matchLabels: labels }, template: { metadata: { labels: pod }, spec: { containers: [container] } } },
  });
  await client.create(podAutoscalers, {
    // Started with pods, it keeps as many: the bench is not about scaling.
    metadata: { namespace, name, labels, annotations: replicas > 0 ? bounds(replicas) : {} },
    spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: deployment }, containerConcurrency, protocolType: 'http1' },
  });
  await client.create(kinds.services, {
    metadata: { namespace, name, labels: { 'tidegate.dev/service': name, 'tidegate.dev/version': name } },
    spec: { selector: pod, ports: [{ name: 'http', port: 80, targetPort: 'user-port' }] },
  });
  const when = containerConcurrency > 0 ? 'Always' : 'NoReadyEndpoints';
  await client.create(trafficPolicies, {
    metadata: { namespace, name },
    spec: { targetRef: { kind: 'Service', name }, hold: { when, timeoutSeconds: 120 } },
  });
  await client.create(httpRoutes, {
    metadata: { namespace, name },
    spec: {
      parentRefs: [{ name: 'knative-serving', namespace: 'knative-serving' }],
      hostnames: [hostOf(name)],
      rules: [{ backendRefs: [{ name, port: 80 }] }],
    },
  });
}

function bounds(pods: number): Record<string, string> {
  return { 'autoscaling.knative.dev/min-scale': String(pods), 'autoscaling.knative.dev/max-scale': String(pods) };
}

export const hostOf = (name: string): string => `${name}.bench.localhost`;

/** Takes the revision away, and waits until its pods are gone. */
export async function deleteRevision(client: KubeClient, namespace: string, name: string): Promise<void> {
  await client.delete(podAutoscalers, name, namespace);
  await client.delete(kinds.deployments, deploymentNameFor(name), namespace);
  await client.delete(httpRoutes, name, namespace);
  await client.delete(trafficPolicies, name, namespace);
  await client.delete(kinds.services, name, namespace);
  await until(`pods of ${name} are gone`, LIMIT_MS, async () => (await podsOf(client, namespace, name)).length === 0 || undefined);
}

/** Every proxy holds, and has the route. */
export async function untilHolding(client: KubeClient, namespace: string, name: string): Promise<void> {
  await until(`${name} is held`, LIMIT_MS, async () => {
    const policy = await client.get(trafficPolicies, name, namespace);
    const route = await client.get(httpRoutes, name, namespace);
    const isLive = route?.status?.parents[0]?.conditions?.some((c) => c.type === 'Live' && c.status === 'True');
    return (isLive && policy?.status?.conditions?.some((c) => c.type === 'Holding' && c.status === 'True')) || undefined;
  });
}

export async function podsOf(client: KubeClient, namespace: string, name: string): Promise<Pod[]> {
  const { items } = await client.list(kinds.pods, { namespace, labelSelector: `serving.knative.dev/revision=${name}` });
  return items;
}

export interface Images {
  node: string;
  static?: { image: string; folder: string };
}

/** Builds the Node program's image, and the static one where Go is at hand; gives the names and the folder of the static program. */
export async function buildImages(instance: PlatformInstance): Promise<Images> {
  await instance.command(['image', 'build', path.join(IMAGES, 'sleeper')]);
  const node = 'tidegate.dev/bench/sleeper:1.0.0';
  // Inside the instance's folder, with which it goes.
  const folder = path.join(instance.data, 'bench-static');
  cpSync(path.join(IMAGES, 'static'), folder, { recursive: true });
  try {
    await run('go', ['build', '-ldflags', '-s -w', '-o', 'hello', 'main.go'], {
      cwd: folder,
      env: { ...process.env, CGO_ENABLED: '0', GO111MODULE: 'off' },
    });
  } catch {
    rmSync(folder, { recursive: true, force: true });
    return { node };
  }
  rmSync(path.join(folder, 'main.go'));
  await instance.command(['image', 'build', folder]);
  return { node, static: { image: 'tidegate.dev/bench/static:1.0.0', folder } };
}
