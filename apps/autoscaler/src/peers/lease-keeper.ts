import { type Clock, type Logger, causeChain } from '@tidegate/kernel';
import { type Informer, type InformerSet, type KubeClient, type Lease, kinds, microTime } from '@tidegate/kube';
import { ADDRESS_ANNOTATION, type Member, Membership } from '@tidegate/serving-ownership';

const LABEL = 'serving.tidegate.dev/autoscaler';
const LEASE_SECONDS = 10;
const RENEW_MS = 3_000;

export interface LeaseKeeperOptions {
  client: KubeClient;
  informers: InformerSet;
  namespace: string;
  self: Member;
  clock: Clock;
  log: Logger;
}

/** This replica's Lease, and those of the others. A replica that cannot renew its own for as long as it lasts is no member any more, not even to itself. */
export class LeaseKeeper {
  private readonly membership = new Membership();
  private readonly leases: Informer<Lease>;
  private readonly endWatch: () => void;
  private cancel = (): void => undefined;
  private renewing: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(private readonly options: LeaseKeeperOptions) {
    const { informers, namespace, clock } = options;
    this.leases = informers.informer(kinds.leases, { namespace, labelSelector: LABEL });
    this.endWatch = this.leases.onChange(({ type, object }) => {
      if (type === 'removed') this.membership.remove(object.metadata?.name ?? '');
      // Our own counts from before it was written.
      else if (object.metadata?.name !== this.name) this.membership.observe(object, clock.monotonic());
    });
  }

  start(): void {
    if (this.stopped) return;
    this.renewing = this.renew().then(() => {
      if (!this.stopped) this.cancel = this.options.clock.after(RENEW_MS, () => this.start());
    });
  }

  live(): Member[] {
    return this.membership.live(this.options.clock.monotonic());
  }

  /** Leaves: the others know it at once. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.cancel();
    this.endWatch();
    await this.renewing;
    await this.options.client.delete(kinds.leases, this.name, this.options.namespace).catch((error: unknown) => {
      this.options.log.debug({ error: causeChain(error) }, 'the lease was not given back; it will run out');
    });
  }

  private get name(): string {
    return `tidegate-autoscaler-${this.options.self.identity}`.toLowerCase().slice(0, 253);
  }

  private async renew(): Promise<void> {
    const { client, namespace, self, clock, log } = this.options;
    const began = clock.monotonic();
    const lease: Lease = {
      metadata: { name: this.name, namespace, labels: { [LABEL]: 'true' }, annotations: { [ADDRESS_ANNOTATION]: self.address } },
      spec: { holderIdentity: self.identity, leaseDurationSeconds: LEASE_SECONDS, renewTime: microTime(clock.now()) },
    };
    try {
      this.membership.observe(await client.apply(kinds.leases, lease), began);
      for (const name of this.membership.forgotten(clock.monotonic())) await client.delete(kinds.leases, name, namespace);
    } catch (error) {
      log.warn({ error: causeChain(error) }, 'the lease was not renewed');
    }
  }
}
