import type { Clock, Logger } from '@tidegate/kernel';
import type { InformerSet, KubeClient } from '@tidegate/kube';
import { type Member, type PeerEndpoint, Replicas, peerAddress } from '@tidegate/serving-ownership';
import { Gauge, type Registry } from 'prom-client';
import type { HoldBounds, Holds } from '../holds.js';
import { PeerLink } from './peer-link.js';
import type { PeerRequest } from './peer-messages.js';
import { PEER_NAME, type PeerServer, servePeers } from './peer-server.js';
import { SharedHolds } from './shared-holds.js';

export interface ShareOptions extends PeerEndpoint {
  /** Unique among the replicas and the runs of this process. */
  identity: string;
  /** Namespace of the replicas' Leases; default tidegate-system. */
  leaseNamespace?: string;
}

export interface ShareContext {
  client: KubeClient;
  informers: InformerSet;
  here: Holds;
  bounds: HoldBounds;
  clock: Clock;
  log: Logger;
  registry: Registry;
}

const LOOK_MS = 100;
/** Last words to other replicas are read within that time. */
const LAST_WORDS_MS = 200;

/** One of several replicas that hold together: its Lease, the streams from and to the others, and what they share. */
export class HoldSharing {
  readonly holds: SharedHolds;
  private replicas: Replicas<PeerLink> | undefined;
  private server: PeerServer | undefined;
  /** The others, if there are any, know of us. */
  private joined = false;
  private others = 0;
  private stopped = false;
  private cancelLook: () => void = () => undefined;

  private constructor(
    private readonly context: ShareContext,
    private readonly options: ShareOptions,
  ) {
    const { here, bounds, clock, registry } = context;
    const holds = new SharedHolds({
      ...{ self: options.identity, clock, here, bounds },
      ways: {
        ask: (peer, request) => this.replicas?.link(peer)?.send(request) ?? false,
        answer: (peer, answer) => this.server?.answer(peer, answer) ?? false,
      },
      isCurrent: () => this.replicas?.isCurrent() ?? false,
    });
    this.holds = holds;
    new Gauge({
      name: 'tidegate_holds_elsewhere',
      help: 'Requests that wait for the replica that owns their revision',
      registers: [registry],
      collect() {
        this.set(holds.waitingElsewhere);
      },
    });
  }

  /** Hears others; takes part after `join`. Throws REPLICA_ADDRESS_UNUSABLE. */
  static async listen(context: ShareContext, options: ShareOptions): Promise<HoldSharing> {
    const sharing = new HoldSharing(context, options);
    const listener = {
      onJoined: (member: Member) => sharing.joinedBy(member),
      onParted: (identity: string) => sharing.partedFrom(identity),
      onRequest: (identity: string, request: PeerRequest) => sharing.holds.asked(identity, request),
    };
    sharing.server = await servePeers(options, listener, context.log).catch((error: unknown) => {
      sharing.holds.stop();
      throw error;
    });
    return sharing;
  }

  /** Takes part. Only once it is known which revisions and pods there are: what is ours, nobody else grants. */
  join(): void {
    if (this.stopped || this.replicas || !this.server) return;
    const { client, informers, clock, log } = this.context;
    const { identity, leaseNamespace = 'tidegate-system' } = this.options;
    const self = { identity, address: this.server.address };
    this.replicas = new Replicas<PeerLink>({
      ...{ client, informers, clock, log, self, group: 'activator', namespace: leaseNamespace },
      open: (member) => this.openLink(self, member),
      onMembers: (members) => {
        this.joined ||= members.includes(identity);
        this.others = members.filter((member) => member !== identity).length;
        this.holds.members(members);
      },
      onChange: () => this.replicas?.look(),
      onLapse: () => this.holds.lapsed(),
    });
    this.look();
  }

  /** There is somebody who can be asked instead of us. */
  get hasOthers(): boolean {
    return this.others > 0;
  }

  get hasJoined(): boolean {
    return this.joined;
  }

  /** Those who wait with us are sent on, and the others hear what is open at our proxies; then they do without us. */
  async stop(): Promise<void> {
    if (this.stopped) return;
    this.stopped = true;
    this.cancelLook();
    this.holds.stop();
    await this.replicas?.stop();
    await new Promise<void>((resolve) => this.context.clock.after(LAST_WORDS_MS, resolve));
    await this.server?.stop();
  }

  private look(): void {
    this.cancelLook = this.context.clock.after(LOOK_MS, () => this.look());
    this.replicas?.look();
  }

  private joinedBy(member: Member): void {
    this.holds.joinedBy(member.identity);
    this.replicas?.introduce(member);
  }

  private partedFrom(identity: string): void {
    this.holds.partedFrom(identity);
    this.replicas?.dismiss(identity);
  }

  private openLink(self: Member, { identity, address: text }: Member): PeerLink | undefined {
    const address = peerAddress(text, this.options.listen, PEER_NAME);
    if (!address) return undefined;
    const { clock, log } = this.context;
    const { holds } = this;
    return new PeerLink({
      ...{ self, address, clock, log },
      onOpen: () => holds.linked(identity),
      onClosed: () => holds.unlinked(identity),
      onAnswer: (answer) => holds.answered(identity, answer),
    });
  }
}
