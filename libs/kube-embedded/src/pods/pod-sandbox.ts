import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { causeChain } from '@tidegate/kernel';
import { type ConfigMap, type Container, type Pod, type Secret, keyOf, kinds } from '@tidegate/kube';
import { volumeClaims, volumes } from '../controllers/volume-kinds.js';
import { claimFolder } from './claim-folder.js';
import type { References } from './container-environment.js';
import type { Mount } from './container-root.js';
import { HOSTS, hostsFile } from './hosts-file.js';
import type { NodeContext } from './node-context.js';
import { PodTokens } from './pod-tokens.js';
import { PORTS_ANNOTATION, isPortNumber, readPodPorts, wantedPorts } from './pod-ports.js';
import type { SeenService } from './service-variables.js';
import { followsObjects, nodeFolder, provideVolume } from './volumes.js';

/** What a pod has before its first container: an address, real ports, a folder and volumes. */
export class PodSandbox {
  readonly dir: string;
  readonly uid: number | undefined;
  readonly volumes = new Map<string, string>();
  readonly references: References;
  podIP = '';
  /** File of the pod's network namespace, where it has one. */
  network: string | undefined;
  /** Filled as containers start: what an image exposes is known only then. */
  readonly ports = new Map<string, number>();
  private readonly node: NodeContext;
  /** What the annotation said when this run of the node first looked. */
  private portsBefore: ReadonlyMap<string, number> | undefined;
  /** What was written last. */
  private published: string | undefined;
  /** Never rejects. */
  private publishing: Promise<void> = Promise.resolve();

  constructor(node: NodeContext, pod: Pod) {
    this.node = node;
    const { uid = '', namespace = '' } = pod.metadata ?? {};
    this.dir = path.join(node.podsDir, uid);
    this.uid = node.users?.uidFor(namespace);
    const tokens = new PodTokens(node.client, node.clock, pod);
    this.references = {
      configMap: (name): Promise<ConfigMap | undefined> => node.client.get(kinds.configMaps, name, namespace),
      secret: (name): Promise<Secret | undefined> => node.client.get(kinds.secrets, name, namespace),
      claimFolder: async (name): Promise<string> => {
        const claim = await node.client.get(volumeClaims, name, namespace);
        const bound = claim?.spec?.volumeName;
        const volume = bound ? await node.client.get(volumes, bound) : undefined;
        return claimFolder({ name, claim, volume, dir: node.claimsDir, uid: this.uid });
      },
      token: (audience, seconds) => tokens.token(audience, seconds),
    };
  }

  /** Address and folder; each is taken once, so that a failed start can be tried again. */
  async prepare(pod: Pod): Promise<void> {
    if (this.podIP === '') {
      const before = pod.status?.podIP;
      this.podIP = before && this.node.book.pods.reserve(before) ? before : this.node.book.pods.take();
    }
    this.network ??= await this.node.network?.attach(this.podIP);
    nodeFolder(this.dir, this.uid);
    await this.provideVolumes(pod);
  }

  /** Makes missing volumes; with `refresh`, files of existing ones follow their objects. */
  async provideVolumes(pod: Pod, refresh = false): Promise<void> {
    const dir = path.join(this.dir, 'volumes');
    nodeFolder(dir, this.uid);
    const context = { pod, dir, uid: this.uid, podIP: this.podIP, hostIP: this.node.hostIP, references: this.references };
    for (const volume of pod.spec?.volumes ?? []) {
      if (this.volumes.has(volume.name) && !(refresh && followsObjects(volume))) continue;
      this.volumes.set(volume.name, await provideVolume(volume, context));
    }
  }

  followsObjects(pod: Pod): boolean {
    return (pod.spec?.volumes ?? []).some(followsObjects);
  }

  /** What HOST says: with a network of its own, a pod's containers meet on its loopback too. */
  get listenHost(): string {
    return this.network === undefined ? this.podIP : '0.0.0.0';
  }

  /** Writes the hosts file of a pod with a network of its own; answers where its containers see it. */
  writeHosts(pod: Pod, services: SeenService[]): Mount[] {
    if (this.network === undefined) return [];
    const source = path.join(this.dir, 'hosts');
    writeFileSync(source, hostsFile(pod, this.podIP, services), { mode: 0o644 });
    return [{ volume: 'etc-hosts', mountPath: HOSTS, source, isIncidental: false }];
  }

  /** Gives everything back. */
  release(): void {
    this.releaseAddress(this.podIP);
    for (const port of this.ports.values()) this.node.realPorts.free(port);
    this.podIP = '';
    this.ports.clear();
    rmSync(this.dir, { recursive: true, force: true });
  }

  private releaseAddress(address: string): void {
    if (address === '') return;
    const { book, network, log } = this.node;
    if (this.network === undefined || !network) return book.pods.free(address);
    this.network = undefined;
    void network
      .detach(address)
      .catch((error: unknown) => log.warn({ address, error: causeChain(error) }, 'the network of a pod was not removed'))
      .finally(() => book.pods.free(address));
  }

  /**
   * The real ports of a container whose image exposes `exposed`: those of before a restart when they are still free, else new ones. The same
   * again gives the same ports.
   */
  async takePorts(pod: Pod, container: Container, exposed: readonly number[]): Promise<void> {
    const missing = wantedPorts(pod, container, exposed).filter((key) => !this.ports.has(key));
    // Looked up once: the annotation soon says what this run has taken so far.
    this.portsBefore ??= readPodPorts(pod);
    if (this.network !== undefined) {
      // Its ports are its own: what a manifest or an image names is what listens. Where neither names any, nothing is promised.
      for (const key of missing) if (isPortNumber(key)) this.ports.set(key, Number(key));
      return;
    }
    for (const key of missing) {
      const old = this.portsBefore.get(key);
      this.ports.set(key, old !== undefined && (await this.node.realPorts.reserve(old)) ? old : await this.node.realPorts.take());
    }
  }

  /** Begins to write the real ports where everybody reads them, so that a container can start meanwhile. */
  beginToPublishPorts(pod: Pod): void {
    this.publishing = this.publishing
      .then(() => this.writePorts(pod))
      .catch((error: unknown) => this.node.log.debug({ pod: keyOf(pod), error: causeChain(error) }, 'ports of a pod were not written yet'));
  }

  /** Resolves when the real ports stand where everybody reads them. Done before a status names the pod's address or a running container. */
  async publishPorts(pod: Pod): Promise<void> {
    await this.publishing;
    await this.writePorts(pod);
  }

  private async writePorts(pod: Pod): Promise<void> {
    if (this.ports.size === 0) return;
    const text = JSON.stringify(Object.fromEntries(this.ports));
    const written = this.published ?? pod.metadata?.annotations?.[PORTS_ANNOTATION];
    if (written !== text) {
      const body = { metadata: { uid: pod.metadata?.uid, annotations: { [PORTS_ANNOTATION]: text } } };
      await this.node.client.patch(kinds.pods, pod.metadata?.name ?? '', pod.metadata?.namespace, { type: 'merge', body });
    }
    this.published = text;
  }
}
