import { type Clock, type Logger, causeChain } from '@tidegate/kernel';
import type { InformerSet, KubeClient } from '@tidegate/kube';
import { type LoadReport, revisionKey } from '@tidegate/serving-autoscale';
import { type PeerEndpoint, type PeerListening, Replicas, peerAddress } from '@tidegate/serving-ownership';
import { OPEN_AGAIN_MS } from '@tidegate/signals';
import { PeerClient } from './peer-client.js';
import { PEER_NAME, type PeerListener, servePeers } from './peer-server.js';
import type { PeerWake } from './peer-service.js';

export interface PeersOptions extends PeerEndpoint {
  /** Namespace of the replicas' Leases; default tidegate-system. */
  leaseNamespace?: string;
}

export interface PeersContext {
  client: KubeClient;
  informers: InformerSet;
  identity: string;
  clock: Clock;
  log: Logger;
  listener: PeerListener;
  /** Other revisions are ours now. */
  onChange(): void;
}

/**
 * Several replicas: each revision has one owner, who decides about it; every replica hears some of the proxies, and tells the owners what it
 * heard. While nobody answers for a revision, nobody shrinks it.
 */
export class Peers {
  /** Members that have missed a report, and until when what they have is not complete. */
  private readonly missedUntil = new Map<string, number>();
  private readonly replicas: Replicas<PeerClient>;

  private constructor(
    private readonly context: PeersContext,
    private readonly server: PeerListening,
    options: PeersOptions,
  ) {
    const { client, informers, identity, clock, log } = context;
    this.replicas = new Replicas({
      ...{ client, informers, clock, log, group: 'autoscaler', namespace: options.leaseNamespace ?? 'tidegate-system' },
      self: { identity, address: server.address },
      open: ({ address }) => {
        const peer = peerAddress(address, options.listen, PEER_NAME);
        return peer && new PeerClient(peer, clock, log);
      },
      onMembers: (members) => {
        for (const member of this.missedUntil.keys()) if (!members.includes(member)) this.missedUntil.delete(member);
        context.onChange();
      },
    });
  }

  /** Throws REPLICA_ADDRESS_UNUSABLE. */
  static async join(context: PeersContext, options: PeersOptions): Promise<Peers> {
    return new Peers(context, await servePeers(options, context.listener, context.log), options);
  }

  isMine(key: string): boolean {
    return this.replicas.isMine(key);
  }

  /** Looks who is there, and tells each of the others what was heard of its revisions. Call it once a second, with every report. */
  tell(report: LoadReport): void {
    this.replicas.look();
    const theirs = new Map<string, LoadReport['revisions'][number][]>([...this.replicas.links()].map(([member]) => [member, []]));
    for (const revision of report.revisions)
      theirs.get(this.replicas.ownerOf(revisionKey(revision.namespace, revision.revision)) ?? '')?.push(revision);
    for (const [member, revisions] of theirs) this.send(member, { ...report, revisions });
  }

  /** Hands a wake to the owner. False when this replica has to see to it: it is the owner, or nobody is. */
  wake(key: string, wake: PeerWake, onUnheard: () => void): boolean {
    const owner = this.replicas.ownerOf(key);
    const peer = owner === undefined ? undefined : this.replicas.link(owner);
    if (!peer) return false;
    peer.wake(wake).catch(() => onUnheard());
    return true;
  }

  async stop(): Promise<void> {
    await this.replicas.stop();
    await this.server.stop();
  }

  private send(member: string, report: LoadReport): void {
    const { clock, identity, log } = this.context;
    const blindUntilMs = Math.max(report.blindUntilMs, this.missedUntil.get(member) ?? 0);
    const link = this.replicas.link(member);
    link?.report({ from: identity, report: { ...report, blindUntilMs } }).catch((error: unknown) => {
      if (!this.missedUntil.has(member)) log.warn({ member, error: causeChain(error) }, 'a replica missed a report');
      this.missedUntil.set(member, clock.now() + OPEN_AGAIN_MS);
    });
  }
}
