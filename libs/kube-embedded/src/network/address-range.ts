import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { existsSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import path from 'node:path';
import { TidegateError } from '@tidegate/kernel';
import { codes } from './errors.js';

/** Inclusive bounds of a run of IPv4 addresses, as numbers. */
export interface AddressRun {
  first: number;
  last: number;
}

/** The addresses of one instance: 127.(64+slot).0.0/16, cut into runs by use. */
export interface AddressRange {
  slot: number;
  pods: AddressRun;
  /** clusterIPs of Services and addresses of Gateways. */
  services: AddressRun;
  /** One address for each pair of calling workload and called Service. */
  callers: AddressRun;
}

export interface HeldRange extends AddressRange {
  release(): Promise<void>;
}

export const SLOTS = 64;
/** Bound on the last usable address of a range for as long as its instance runs: the kernel is the lock, and kill -9 frees it. */
const LOCK_PORT = 10_239;

export function addressRange(slot: number): AddressRange {
  const base = (127 << 24) + ((64 + slot) << 16);
  return {
    slot,
    pods: { first: base + 0x0002, last: base + 0x3fff },
    services: { first: base + 0x4001, last: base + 0x7fff },
    callers: { first: base + 0x8001, last: base + 0xfffd },
  };
}

export function formatAddress(address: number): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.');
}

/** Undefined for a text that is not a dotted IPv4 address. */
export function parseAddress(text: string): number | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || parts.some((p) => !/^\d{1,3}$/.test(p) || Number(p) > 255)) return undefined;
  return parts.reduce((sum, p) => sum * 256 + Number(p), 0);
}

export interface RangeClaim {
  /** Kept in the instance's private folder, so that addresses written into objects stay true after a restart. */
  rememberFile: string;
  /** A folder of this user that all its instances share: which slot belongs to which data folder, running or not. */
  claimsDir: string;
  dataDir: string;
}

/**
 * Takes the range of this instance until `release`. The first start picks a slot that neither runs nor is remembered by another data
 * folder of this user; later starts take the same one. Throws EMB_RANGE_TAKEN or EMB_RANGES_EXHAUSTED.
 */
export async function holdAddressRange(claim: RangeClaim): Promise<HeldRange> {
  const remembered = readNumber(claim.rememberFile);
  if (remembered !== undefined && remembered >= 0 && remembered < SLOTS) {
    const lock = await lockSlot(remembered);
    if (lock) return held(remembered, lock, claim);
    throw new TidegateError(
      codes.EMB_RANGE_TAKEN,
      `The addresses ${rangeText(remembered)} of this instance are used by another instance.`,
      {
        remedy: 'End the other instance, or start this one with another data folder.',
      },
    );
  }
  const start = slotOf(claim.dataDir);
  for (let i = 0; i < SLOTS; i++) {
    const slot = (start + i) % SLOTS;
    if (claimedByOther(claim, slot)) continue;
    const lock = await lockSlot(slot);
    if (lock) return held(slot, lock, claim);
  }
  throw new TidegateError(codes.EMB_RANGES_EXHAUSTED, `All ${SLOTS} loopback ranges for embedded clusters are in use.`, {
    remedy: `End an instance that is not needed, or remove its file in ${claim.claimsDir}.`,
  });
}

function held(slot: number, lock: Server, claim: RangeClaim): HeldRange {
  writeFileSync(claim.rememberFile, `${slot}\n`, { mode: 0o600 });
  try {
    mkdirSync(claim.claimsDir, { recursive: true, mode: 0o700 });
    writeFileSync(path.join(claim.claimsDir, String(slot)), `${claim.dataDir}\n`, { mode: 0o600 });
  } catch {
    // A home that cannot be written only loses the memory for stopped instances; running ones are held by the socket.
  }
  return { ...addressRange(slot), release: () => new Promise((resolve) => lock.close(() => resolve())) };
}

function claimedByOther(claim: RangeClaim, slot: number): boolean {
  try {
    const owner = readFileSync(path.join(claim.claimsDir, String(slot)), 'utf8').trim();
    return owner !== claim.dataDir && existsSync(owner);
  } catch {
    return false;
  }
}

function lockSlot(slot: number): Promise<Server | undefined> {
  const server = createServer((socket) => socket.destroy());
  const host = formatAddress((127 << 24) + ((64 + slot) << 16) + 0xfffe);
  return new Promise((resolve) => {
    server.once('error', () => resolve(undefined));
    server.listen({ host, port: LOCK_PORT, exclusive: true }, () => {
      server.unref();
      resolve(server);
    });
  });
}

function rangeText(slot: number): string {
  return `127.${64 + slot}.0.0/16`;
}

/** Spreads data folders over the slots, so that two instances seldom want the same one (FNV-1a). */
function slotOf(dataDir: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < dataDir.length; i++) hash = Math.imul(hash ^ dataDir.charCodeAt(i), 0x01000193) >>> 0;
  return hash % SLOTS;
}

function readNumber(file: string): number | undefined {
  try {
    const n = Number(readFileSync(file, 'utf8').trim());
    return Number.isInteger(n) ? n : undefined;
  } catch {
    return undefined;
  }
}
