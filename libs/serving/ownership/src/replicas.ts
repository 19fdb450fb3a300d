import { BoundedMap } from '@tidegate/kernel';
import { LeaseKeeper, type LeaseKeeperOptions } from './lease-keeper.js';
import type { Member } from './membership.js';
import { ownerOf } from './rendezvous.js';

/** Owners remembered; others are found again. */
const OWNERS = 50_000;
/** Replicas that have spoken to us before we saw their Leases. */
const MOST_INTRODUCED = 64;

export interface ReplicasOptions<Link> extends LeaseKeeperOptions {
  /** A way to another replica. Called once for each one and address; `close` is called when its Lease is not there any
   * more. Undefined when the address is not one of ours. */
  open: (member: Member) => Link | undefined;
  /** Who takes part is not who took part before; sorted, and without us while our own Lease does not count. */
  onMembers: (members: readonly string[]) => void;
}

/** The replicas of one part, as their Leases tell: who they are, the ways to them, and which of them owns a key. */
export class Replicas<Link extends { close(): void }> {
  private members: readonly string[] = [];
  private owners = new BoundedMap<string, string | undefined>(OWNERS);
  private readonly ways = new Map<string, { address: string; link: Link }>();
  private readonly introduced = new Map<string, Member>();
  private readonly leases: LeaseKeeper;

  constructor(private readonly options: ReplicasOptions<Link>) {
    this.leases = new LeaseKeeper(options);
    this.leases.start();
  }

  /** The other members, and the ways to them. */
  *links(): Iterable<[identity: string, link: Link]> {
    for (const [identity, { link }] of this.ways) if (this.members.includes(identity)) yield [identity, link];
  }

  /** The way to a replica; also to one whose Lease has run out, for it may be alive. */
  link(identity: string): Link | undefined {
    return this.ways.get(identity)?.link;
  }

  /** It has spoken to us, so there is a way to it, even if we cannot see its Lease. */
  introduce(member: Member): void {
    if (this.introduced.size >= MOST_INTRODUCED && !this.introduced.has(member.identity)) return;
    this.introduced.set(member.identity, member);
    this.look();
  }

  /** It speaks to us no more. */
  dismiss(identity: string): void {
    if (this.introduced.delete(identity)) this.look();
  }

  isCurrent(): boolean {
    return this.leases.isCurrent();
  }

  isMine(key: string): boolean {
    return this.ownerOf(key) === this.options.self.identity;
  }

  ownerOf(key: string): string | undefined {
    if (this.owners.has(key)) return this.owners.get(key);
    const owner = ownerOf(key, this.members);
    this.owners.set(key, owner);
    return owner;
  }

  /** Looks who is there. Cheap; to be called whenever time has passed. */
  look(): void {
    const { self, log, group, open, onMembers } = this.options;
    const present = new Map([...this.introduced.values(), ...this.leases.present()].map((member) => [member.identity, member]));
    for (const member of present.values()) {
      const known = this.ways.get(member.identity);
      if (member.identity === self.identity || known?.address === member.address) continue;
      const link = open(member);
      if (!link) continue;
      known?.link.close();
      this.ways.set(member.identity, { address: member.address, link });
    }
    for (const [identity, { link }] of this.ways) {
      if (present.has(identity)) continue;
      this.ways.delete(identity);
      link.close();
    }
    // Without a Lease of our own we are not among them, and nothing is ours.
    const members = this.leases.live().map((m) => m.identity);
    if (members.join('\n') === this.members.join('\n')) return;
    log.info({ members, group }, 'the replicas have changed');
    this.members = members;
    this.owners = new BoundedMap(OWNERS);
    onMembers(members);
  }

  async stop(): Promise<void> {
    await this.leases.stop();
    for (const { link } of this.ways.values()) link.close();
    this.ways.clear();
  }
}
