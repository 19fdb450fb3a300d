import { TidegateError } from '@tidegate/kernel';
import { type AddressRun, formatAddress, parseAddress } from './address-range.js';
import { codes } from './errors.js';

/** Addresses of one run. An address that was given back is handed out again only after the whole run was, so that nobody dials a newcomer by mistake. */
export class AddressPool {
  private readonly used = new Set<number>();
  private cursor: number;
  private readonly run: AddressRun;
  private readonly what: string;

  constructor(run: AddressRun, what: string) {
    this.run = run;
    this.what = what;
    this.cursor = run.first;
  }

  contains(address: string): boolean {
    const n = parseAddress(address);
    return n !== undefined && n >= this.run.first && n <= this.run.last;
  }

  /** The next free address. Throws EMB_ADDRESSES_EXHAUSTED. */
  take(): string {
    const size = this.run.last - this.run.first + 1;
    for (let i = 0; i < size; i++) {
      const n = this.cursor;
      this.cursor = n === this.run.last ? this.run.first : n + 1;
      if (this.used.has(n)) continue;
      this.used.add(n);
      return formatAddress(n);
    }
    throw new TidegateError(codes.EMB_ADDRESSES_EXHAUSTED, `All ${size} addresses for ${this.what} are in use.`, {
      remedy: 'Delete what is not needed any more; the embedded cluster is made for one machine.',
    });
  }

  /** Marks an address that an object already carries. False when it lies outside the run or is taken. */
  reserve(address: string): boolean {
    const n = parseAddress(address);
    if (n === undefined || n < this.run.first || n > this.run.last || this.used.has(n)) return false;
    this.used.add(n);
    // New addresses come after the ones that objects carry.
    if (n >= this.cursor) this.cursor = n === this.run.last ? this.run.first : n + 1;
    return true;
  }

  free(address: string): void {
    const n = parseAddress(address);
    if (n !== undefined) this.used.delete(n);
  }

  get size(): number {
    return this.used.size;
  }
}
