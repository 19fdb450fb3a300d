import { connect as connectTcp } from 'node:net';
import { TidegateError, pause } from '@tidegate/kernel';
import { type KubeClient, applyManifests, connect, isAlreadyExists, kinds } from '@tidegate/kube';
import { GATEWAY_NAMESPACE_LABEL, GATEWAY_NAME_LABEL, gateways, labelValue } from '@tidegate/mesh-contract';
import { codes } from '../../errors.js';
import type { DemoTarget } from '../demo-target.js';
import { sampleInPlatformImage } from '../sample-program.js';
import { bookinfoObjects } from './bookinfo-objects.js';
import { type Candidate, gatewayCandidates, urlOf } from './gateway-candidates.js';
import { type Installation, findInstallation } from './installation.js';

export interface ClusterTargetOptions {
  kubeconfig?: string;
  context?: string;
  /** Addresses of Gateways where this machine cannot find them itself, for example of a port-forward. */
  gateway?: string;
  /** Copies the release's pull secrets into the namespaces that the demo makes. */
  copyPullSecrets: boolean;
  signal: AbortSignal;
}

const BOOKINFO = 'bookinfo';
const MANAGER = 'tidegate-demo';
const READY_LIMIT_MS = 180_000;
const REACHED_LIMIT_MS = 120_000;
const DIAL_MS = 1_000;
const LOOK_MS = 500;

/** A cluster into which the chart was installed. Throws CLI_DEMO_NOT_POSSIBLE, KUBE_CONFIG_INVALID. */
export async function clusterTarget(options: ClusterTargetOptions): Promise<DemoTarget> {
  const { kubeconfig, context } = options;
  const client = await connect({
    ...(kubeconfig === undefined ? {} : { kubeconfigPath: kubeconfig }),
    ...(context === undefined ? {} : { context }),
  });
  return new ClusterTarget(client, await findInstallation(client), options);
}

class ClusterTarget implements DemoTarget {
  readonly hello;
  readonly logs: string;

  constructor(
    readonly client: KubeClient,
    private readonly installation: Installation,
    private readonly options: ClusterTargetOptions,
  ) {
    this.hello = sampleInPlatformImage(installation.image, 'hello');
    this.logs = `"kubectl -n ${installation.namespace} logs -l app.kubernetes.io/name=tidegate"`;
  }

  async loadBookinfo(say: (line: string) => void): Promise<() => Promise<void>> {
    if (await this.client.get(kinds.services, 'reviews', BOOKINFO)) return () => Promise.resolve();
    if (await this.client.get(kinds.namespaces, BOOKINFO)) {
      throw new TidegateError(codes.CLI_DEMO_NOT_POSSIBLE, `The namespace ${BOOKINFO} is there, without the sample's Service reviews.`, {
        remedy: `Is it yours? Then try another cluster. If it is left from a demo: kubectl delete namespace ${BOOKINFO}`,
      });
    }
    say(`Loading the sample into namespace ${BOOKINFO}, by the image ${this.installation.image} ...`);
    const objects = bookinfoObjects(sampleInPlatformImage(this.installation.image, 'bookinfo'));
    const load = (chosen: (kind: string) => boolean) =>
      applyManifests(this.client, JSON.stringify({ kind: 'List', items: objects.filter(({ kind }) => chosen(kind)) }), {
        fieldManager: MANAGER,
      });
    const remove = async (): Promise<void> => void (await this.client.delete(kinds.namespaces, BOOKINFO));
    try {
      await load((kind) => kind === 'Namespace');
      await this.prepareNamespace(BOOKINFO);
      await load((kind) => kind !== 'Namespace');
      await this.untilAvailable();
    } catch (error) {
      await remove();
      throw error;
    }
    return remove;
  }

  async prepareNamespace(namespace: string): Promise<void> {
    const { pullSecrets, namespace: from } = this.installation;
    if (pullSecrets.length === 0) return;
    if (!this.options.copyPullSecrets) {
      throw new TidegateError(
        codes.CLI_DEMO_NOT_POSSIBLE,
        `The platform's image needs the pull secret ${pullSecrets.join(', ')} of ${from}.`,
        {
          remedy: `With --copy-pull-secrets the demo copies it into namespace ${namespace}, which it deletes when it ends.`,
        },
      );
    }
    for (const name of pullSecrets) {
      const secret = await this.client.get(kinds.secrets, name, from);
      if (!secret) continue;
      const copy = { metadata: { name, namespace }, type: secret.type, data: secret.data };
      await this.client.create(kinds.secrets, copy).catch((error: unknown) => {
        if (!isAlreadyExists(error)) throw error;
      });
    }
    // Pods of whatever the demo makes there find them through their account.
    const account = { metadata: { name: 'default', namespace }, imagePullSecrets: pullSecrets.map((name) => ({ name })) };
    await this.client.apply(kinds.serviceAccounts, account, { fieldManager: MANAGER });
  }

  async gatewayOf(namespace: string, name: string): Promise<string> {
    const { gateway: given, signal } = this.options;
    if (given !== undefined) return given;
    let tried: Candidate[] = [];
    for (const deadline = Date.now() + REACHED_LIMIT_MS; Date.now() < deadline; await pause(LOOK_MS, signal)) {
      tried = await this.candidatesOf(namespace, name);
      for (const candidate of tried) if (await answers(candidate)) return urlOf(candidate);
    }
    const where = tried.length > 0 ? `cannot be reached from here at ${tried.map(urlOf).join(' or ')}` : 'has no address';
    throw new TidegateError(codes.CLI_DEMO_NOT_POSSIBLE, `The Gateway ${namespace}/${name} ${where}.`, {
      remedy:
        'See kubectl get gateways -A. Where there is no load balancer: kubectl port-forward to its Service ' +
        `(-l ${GATEWAY_NAME_LABEL}=${name}), and --gateway http://localhost:PORT.`,
    });
  }

  private async candidatesOf(namespace: string, name: string): Promise<Candidate[]> {
    const gateway = await this.client.get(gateways, name, namespace);
    const programmed = gateway?.status?.conditions?.some((c) => c.type === 'Programmed' && c.status === 'True');
    const port = gateway?.spec.listeners[0]?.port;
    if (!programmed || port === undefined) return [];
    const labelSelector = `${GATEWAY_NAMESPACE_LABEL}=${labelValue(namespace)},${GATEWAY_NAME_LABEL}=${labelValue(name)}`;
    const { items: services } = await this.client.list(kinds.services, { namespace: this.installation.namespace, labelSelector });
    const { items: nodes } = await this.client.list(kinds.nodes);
    const addresses = (gateway?.status?.addresses ?? []).map(({ value }) => value);
    return gatewayCandidates(addresses, port, services[0], nodes);
  }

  private async untilAvailable(): Promise<void> {
    for (const deadline = Date.now() + READY_LIMIT_MS; ; await pause(LOOK_MS, this.options.signal)) {
      const { items } = await this.client.list(kinds.deployments, { namespace: BOOKINFO });
      const missing = items.filter(({ spec, status }) => (status?.availableReplicas ?? 0) < (spec?.replicas ?? 1));
      if (items.length > 0 && missing.length === 0) return;
      if (Date.now() < deadline) continue;
      const names = missing.map(({ metadata }) => metadata?.name).join(', ');
      throw new TidegateError(codes.CLI_DEMO_NOT_POSSIBLE, `Pods of the sample do not become ready: ${names || 'there are none'}.`, {
        remedy: `Their events say why: kubectl -n ${BOOKINFO} get events. The namespace is deleted when the demo ends.`,
      });
    }
  }
}

function answers({ host, port }: Candidate): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connectTcp({ host, port, timeout: DIAL_MS });
    const end = (reached: boolean): void => {
      socket.destroy();
      resolve(reached);
    };
    socket
      .once('connect', () => end(true))
      .once('timeout', () => end(false))
      .once('error', () => end(false));
  });
}
