import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { SLOTS } from '../network/address-range.js';

const FIRST_UID = 200_000;
/** User ids of one instance; more namespaces than this share ids from the beginning. */
const UIDS_PER_INSTANCE = 2000;

/** As root, each namespace's pods run as a user of their own. The assignment is kept in the private folder; namespaces cannot choose it. */
export class NamespaceUsers {
  private readonly file: string;
  private readonly slot: number;
  private readonly assigned: Map<string, number>;

  constructor(file: string, slot: number) {
    this.file = file;
    this.slot = slot % SLOTS;
    this.assigned = readAssigned(file);
  }

  uidFor(namespace: string): number {
    const known = this.assigned.get(namespace);
    if (known !== undefined) return known;
    const first = FIRST_UID + this.slot * UIDS_PER_INSTANCE;
    const taken = new Set(this.assigned.values());
    let uid = first;
    while (taken.has(uid) && uid < first + UIDS_PER_INSTANCE - 1) uid++;
    this.assigned.set(namespace, uid);
    this.write();
    return uid;
  }

  /** The namespace is gone, and with it every file of its user. */
  forget(namespace: string): void {
    if (this.assigned.delete(namespace)) this.write();
  }

  private write(): void {
    const temporary = `${this.file}.${process.pid}`;
    writeFileSync(temporary, JSON.stringify(Object.fromEntries(this.assigned)), { mode: 0o600 });
    renameSync(temporary, this.file);
  }
}

function readAssigned(file: string): Map<string, number> {
  try {
    const json: unknown = JSON.parse(readFileSync(file, 'utf8'));
    const entries = typeof json === 'object' && json !== null ? Object.entries(json) : [];
    return new Map(
      entries.flatMap(([namespace, uid]) => (Number.isInteger(uid) && Number(uid) >= FIRST_UID ? [[namespace, Number(uid)] as const] : [])),
    );
  } catch {
    return new Map();
  }
}
