import { ownerOf } from './rendezvous.js';

/** What replicas tell each other of whom they see. */
export interface View {
  /** Counts the sender's views. */
  seq: number;
  /** The last view of the receiver that the sender has acted on; 0 for none. */
  seen: number;
  /** Sorted. */
  members: readonly string[];
}

export interface HandoverTimes {
  /** After that long a member that has said nothing is not waited for any more. Longer than a Lease: one that cannot see others stops deciding by then. */
  deadlineMs: number;
  /** A member that went without a word may leave behind what others hear of only after that long. */
  unheardMs: number;
}

/** Views between two that were agreed on; with more, nothing is taken to have stayed. */
const MOST_VIEWS = 8;
const NOBODY: readonly string[] = [];

/**
 * Lets one replica at a time decide about a key, while replicas see their members change at different moments.
 *
 *   members change ─► view n: ask everybody ─(all see the same, and have acted on view n)─► agreed: what became ours is ours to decide
 *
 * Whoever tells a view has stopped deciding what is not its own in it. A key whose owner we were in the last view that was agreed on, and in each
 * since, can be nobody else's: another owner would have needed our word. Such keys are not waited for. No clock, no I/O: `now` is monotonic ms.
 */
export class Handover {
  private seq = 0;
  private members: readonly string[] = NOBODY;
  private isAgreed = true;
  /** The last view that was agreed on and those after it, without the present one. */
  private history: (readonly string[])[] = [];
  private deadline = 0;
  private notBefore = 0;
  private readonly told = new Map<string, View>();
  private readonly leaving = new Set<string>();

  constructor(
    private readonly self: string,
    private readonly times: HandoverTimes,
  ) {}

  get others(): string[] {
    return this.members.filter((member) => member !== this.self);
  }

  has(member: string): boolean {
    return this.members.includes(member);
  }

  owner(key: string): string | undefined {
    return ownerOf(key, this.members);
  }

  isMine(key: string): boolean {
    return this.owner(key) === this.self;
  }

  /** It is ours, and nobody else can think so. */
  mayDecide(key: string): boolean {
    return this.isMine(key) && (this.isAgreed || this.history.every((members) => ownerOf(key, members) === this.self));
  }

  /** Gives who is gone without having said so; undefined when nothing has changed. */
  adopt(members: readonly string[], now: number): string[] | undefined {
    if (members.join('\n') === this.members.join('\n')) return undefined;
    const gone = this.others.filter((member) => !members.includes(member));
    const lost = gone.filter((member) => !this.leaving.has(member));
    for (const member of gone) this.leaving.delete(member);
    if (lost.length > 0) this.notBefore = now + this.times.unheardMs;
    this.history = this.isAgreed ? [this.members] : this.history.length < MOST_VIEWS ? [...this.history, this.members] : [NOBODY];
    this.members = [...members];
    this.begin(now);
    return lost;
  }

  /** Others may have done without us for a while: nothing has stayed ours. */
  lapse(now: number): void {
    this.history = [NOBODY];
    this.begin(now);
  }

  /** What to tell this replica now. */
  viewFor(to: string): View {
    return { seq: this.seq, seen: this.told.get(to)?.seq ?? 0, members: this.members };
  }

  /** `isNew`: it has to be told that we have heard it. `hasLapsed`: it decides without us, so nothing has stayed ours. */
  heard(from: string, view: View, now: number): { isNew: boolean; hasLapsed: boolean } {
    const isNew = this.told.get(from)?.seq !== view.seq;
    this.told.set(from, view);
    // Once it knew us, and now it does not, whatever our Lease says.
    const knewUs = (this.isAgreed ? [this.members] : this.history).some((members) => members.includes(from));
    const hasLapsed = knewUs && view.members.includes(from) && !view.members.includes(this.self);
    if (hasLapsed) this.lapse(now);
    return { isNew, hasLapsed };
  }

  /** It goes, and has told what it knows. */
  goodbye(from: string): void {
    if (this.members.includes(from)) this.leaving.add(from);
  }

  /** Nothing is known of it until it says something. */
  forget(peer: string): void {
    this.told.delete(peer);
  }

  /** True when it has just been agreed on the present view, or waited long enough. */
  agree(now: number): boolean {
    if (this.isAgreed || now < this.notBefore) return false;
    if (now < this.deadline && !this.others.every((member) => this.agrees(member))) return false;
    this.isAgreed = true;
    this.history = [];
    return true;
  }

  private begin(now: number): void {
    this.seq += 1;
    this.isAgreed = false;
    this.deadline = now + this.times.deadlineMs;
  }

  private agrees(member: string): boolean {
    const view = this.told.get(member);
    return view !== undefined && view.seen >= this.seq && view.members.join('\n') === this.members.join('\n');
  }
}
