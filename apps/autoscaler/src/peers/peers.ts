import { BoundedMap, type Clock, type DialAddress, type ListenAddress, type Logger, causeChain } from '@tidegate/kernel';
import type { InformerSet, KubeClient } from '@tidegate/kube';
import { type LoadReport, revisionKey } from '@tidegate/serving-autoscale';
import { ownerOf } from '@tidegate/serving-ownership';
import { OPEN_AGAIN_MS } from '@tidegate/signals';
import { LeaseKeeper } from './lease-keeper.js';
import { PeerClient } from './peer-client.js';
import { PEER_NAME, type PeerListener, type RunningPeerServer, servePeers } from './peer-server.js';
import type { PeerWake } from './peer-service.js';

/** Owners remembered; others are found again. */
const OWNERS = 50_000;

export interface PeersOptions {
  listen: ListenAddress;
  /** Over TLS: the host by which the other replicas reach this one, with the port that is listened on. */
  host?: string | undefined;
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
  private members: readonly string[] = [];
  private owners = new BoundedMap<string, string | undefined>(OWNERS);
  private readonly clients = new Map<string, { address: string; client: PeerClient }>();
  /** Members that have missed a report, and until when what they have is not complete. */
  private readonly missedUntil = new Map<string, number>();

  private constructor(
    private readonly context: PeersContext,
    private readonly leases: LeaseKeeper,
    private readonly server: RunningPeerServer,
    private readonly tls: string | undefined,
  ) {}

  /** Throws AUTOSCALER_ADDRESS_UNUSABLE. */
  static async join(context: PeersContext, options: PeersOptions): Promise<Peers> {
    const { client, informers, identity, clock, log } = context;
    const { listen, host } = options;
    const server = await servePeers(listen, context.listener, log);
    const self = {
      identity,
      address: 'socket' in listen ? `unix:${listen.socket}` : `${host ?? listen.host}:${server.port ?? listen.port}`,
    };
    const namespace = options.leaseNamespace ?? 'tidegate-system';
    const leases = new LeaseKeeper({ client, informers, namespace, self, clock, log });
    leases.start();
    return new Peers(context, leases, server, 'socket' in listen ? undefined : listen.tls);
  }

  isMine(key: string): boolean {
    return this.ownerOf(key) === this.context.identity;
  }

  /** Looks who is there, and tells each of the others what was heard of its revisions. Call it once a second, with every report. */
  tell(report: LoadReport): void {
    this.look();
    const mine = new Map<string, LoadReport['revisions'][number][]>([...this.clients.keys()].map((member) => [member, []]));
    for (const revision of report.revisions)
      mine.get(this.ownerOf(revisionKey(revision.namespace, revision.revision)) ?? '')?.push(revision);
    for (const [member, revisions] of mine) this.send(member, { ...report, revisions });
  }

  /** Hands a wake to the owner. False when this replica has to see to it: it is the owner, or nobody is. */
  wake(key: string, wake: PeerWake, onUnheard: () => void): boolean {
    const owner = this.ownerOf(key);
    const peer = owner === undefined ? undefined : this.clients.get(owner);
    if (!peer) return false;
    peer.client.wake(wake).catch(() => onUnheard());
    return true;
  }

  async stop(): Promise<void> {
    await this.leases.stop();
    await this.server.stop();
    for (const { client } of this.clients.values()) client.close();
    this.clients.clear();
  }

  private ownerOf(key: string): string | undefined {
    if (this.owners.has(key)) return this.owners.get(key);
    const owner = ownerOf(key, this.members);
    this.owners.set(key, owner);
    return owner;
  }

  private look(): void {
    const live = this.leases.live();
    const { identity, clock, log } = this.context;
    for (const { identity: member, address } of live) {
      const known = this.clients.get(member);
      if (member === identity || known?.address === address) continue;
      const peer = peerAddress(address, this.tls);
      if (!peer) continue;
      known?.client.close();
      this.clients.set(member, { address, client: new PeerClient(peer, clock, log) });
    }
    for (const [member, { client }] of this.clients) {
      if (live.some((m) => m.identity === member)) continue;
      client.close();
      this.clients.delete(member);
      this.missedUntil.delete(member);
    }
    // Without a Lease of our own we are not among them, and nothing is ours.
    const members = live.map((m) => m.identity);
    if (members.join('\n') === this.members.join('\n')) return;
    log.info({ members }, 'the replicas of the autoscaler have changed');
    this.members = members;
    this.owners = new BoundedMap(OWNERS);
    this.context.onChange();
  }

  private send(member: string, report: LoadReport): void {
    const { clock, identity, log } = this.context;
    const blindUntilMs = Math.max(report.blindUntilMs, this.missedUntil.get(member) ?? 0);
    const client = this.clients.get(member)?.client;
    client?.report({ from: identity, report: { ...report, blindUntilMs } }).catch((error: unknown) => {
      if (!this.missedUntil.has(member)) log.warn({ member, error: causeChain(error) }, 'a replica missed a report');
      this.missedUntil.set(member, clock.now() + OPEN_AGAIN_MS);
    });
  }
}

/** What a member's Lease says. A socket counts only where replicas use sockets, and a port only where they use TLS; else the Lease is not of one of us. */
function peerAddress(text: string, tls: string | undefined): DialAddress | undefined {
  if (text.startsWith('unix:')) return tls === undefined ? { socket: text.slice('unix:'.length) } : undefined;
  const [, host = '', port = ''] = /^(.+):(\d+)$/.exec(text) ?? [];
  return tls === undefined || host === '' ? undefined : { host, port: Number(port), tls, name: PEER_NAME };
}
