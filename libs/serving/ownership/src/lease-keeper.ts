import { type Clock, type Logger, causeChain } from '@tidegate/kernel';
import { type Informer, type InformerSet, type KubeClient, type Lease, kinds, microTime } from '@tidegate/kube';
import { ADDRESS_ANNOTATION, type Member, Membership } from './membership.js';

const LEASE_SECONDS = 10;
const RENEW_MS = 3_000;
const MOST_AWAITED = 8;

export interface LeaseKeeperOptions {
  client: KubeClient;
  informers: InformerSet;
  /** Whose replicas these are: `autoscaler`, `activator`. Part of the Leases' names and label. */
  group: string;
  namespace: string;
  self: Member;
  clock: Clock;
  log: Logger;
  /** Leases came, went or were renewed. */
  onChange?: () => void;
  /** Our own Lease ran out, and was renewed after that: others may have decided meanwhile. */
  onLapse?: () => void;
}

/** This replica's Lease, and those of the others. A replica that cannot renew its own for as long as it lasts is no member any more, not even to itself. */
export class LeaseKeeper {
  private readonly membership = new Membership();
  private readonly leases: Informer<Lease>;
  private readonly label: string;
  private readonly endWatch: () => void;
  private cancel = (): void => undefined;
  private renewing: Promise<void> = Promise.resolve();
  private stopped = false;
  /**
   * The watch has shown our Lease as we wrote it since we came, or came back: a watch is in order, so whoever was a member before us has been seen
   * by then. Without that, two replicas that start together would each take themselves for the only one.
   */
  private isSeen = false;
  /** Renewals of which the watch has to show one; the last few. */
  private awaited: string[] = [];

  constructor(private readonly options: LeaseKeeperOptions) {
    const { informers, namespace, group } = options;
    this.label = `serving.tidegate.dev/${group}`;
    this.leases = informers.informer(kinds.leases, { namespace, labelSelector: this.label });
    this.endWatch = this.leases.onChange(({ type, object }) => this.take(type === 'removed', object));
  }

  start(): void {
    if (this.stopped) return;
    this.renewing = this.renew().then(() => {
      if (!this.stopped) this.cancel = this.options.clock.after(RENEW_MS, () => this.start());
    });
  }

  live(): Member[] {
    const { clock, self } = this.options;
    const live = this.membership.live(clock.monotonic());
    return this.isSeen ? live : live.filter(({ identity }) => identity !== self.identity);
  }

  /** Those whose Leases are there, run out or not. */
  present(): Member[] {
    return this.membership.present();
  }

  /** Our own Lease lasts: what others were told of us holds. */
  isCurrent(): boolean {
    return this.isSeen && this.options.clock.monotonic() < (this.membership.until(this.name) ?? 0);
  }

  /** Leaves: the others know it at once. */
  async stop(): Promise<void> {
    if (this.stopped) return;
    this.stopped = true;
    this.cancel();
    this.endWatch();
    await this.renewing;
    await this.options.client.delete(kinds.leases, this.name, this.options.namespace).catch((error: unknown) => {
      this.options.log.debug({ error: causeChain(error) }, 'the lease was not given back; it will run out');
    });
  }

  private get name(): string {
    return `tidegate-${this.options.group}-${this.options.self.identity}`.toLowerCase().slice(0, 253);
  }

  private take(isRemoved: boolean, lease: Lease): void {
    const { clock, onChange } = this.options;
    const { name = '' } = lease.metadata ?? {};
    if (isRemoved) this.membership.remove(name);
    // Our own counts from before it was written.
    else if (name !== this.name) this.membership.observe(lease, clock.monotonic());
    else if (this.awaited.includes(lease.spec?.renewTime ?? '')) this.isSeen = true;
    onChange?.();
  }

  private async renew(): Promise<void> {
    const { client, namespace, self, clock, log, onLapse } = this.options;
    const began = clock.monotonic();
    const until = this.membership.until(this.name);
    const renewTime = microTime(clock.now());
    const lease: Lease = {
      metadata: { name: this.name, namespace, labels: { [this.label]: 'true' }, annotations: { [ADDRESS_ANNOTATION]: self.address } },
      spec: { holderIdentity: self.identity, leaseDurationSeconds: LEASE_SECONDS, renewTime },
    };
    if (until !== undefined && began >= until) this.awaitOwn();
    if (!this.isSeen) this.awaited = [...this.awaited, renewTime].slice(-MOST_AWAITED);
    try {
      const written = await client.apply(kinds.leases, lease);
      if (until !== undefined && clock.monotonic() >= until) {
        this.awaitOwn();
        onLapse?.();
      }
      this.membership.observe(written, began);
      for (const name of this.membership.forgotten(clock.monotonic())) await client.delete(kinds.leases, name, namespace);
    } catch (error) {
      log.warn({ error: causeChain(error) }, 'the lease was not renewed');
    }
  }

  private awaitOwn(): void {
    this.awaited = [];
    this.isSeen = false;
  }
}
