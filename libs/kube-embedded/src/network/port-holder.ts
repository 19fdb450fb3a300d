import { readFileSync, readdirSync, readlinkSync } from 'node:fs';

const LISTEN = '0A';

export interface ListeningSocket {
  /** Dotted IPv4, or '::' style text is left as hexadecimal for IPv6. */
  address: string;
  port: number;
  inode: string;
}

/** Every TCP socket in state LISTEN of a process's network namespace, by default the machine's, from net/tcp and tcp6. */
export function listeningSockets(pid: number | 'self' = 'self'): ListeningSocket[] {
  return [`/proc/${pid}/net/tcp`, `/proc/${pid}/net/tcp6`].flatMap((file) => {
    let text: string;
    try {
      text = readFileSync(file, 'utf8');
    } catch {
      return [];
    }
    return parseSocketTable(text);
  });
}

/** One line per socket: `sl local_address rem_address st ... inode`; addresses are hexadecimal in the machine's byte order (little endian here). */
export function parseSocketTable(text: string): ListeningSocket[] {
  const found: ListeningSocket[] = [];
  for (const line of text.split('\n').slice(1)) {
    const columns = line.trim().split(/\s+/);
    const [hexAddress, hexPort] = (columns[1] ?? '').split(':');
    if (columns[3] !== LISTEN || hexAddress === undefined || hexPort === undefined) continue;
    found.push({ address: readableAddress(hexAddress), port: parseInt(hexPort, 16), inode: columns[9] ?? '' });
  }
  return found;
}

function readableAddress(hex: string): string {
  const bytes = (word: string): number[] => [6, 4, 2, 0].map((i) => parseInt(word.slice(i, i + 2), 16));
  if (hex.length === 8) return bytes(hex).join('.');
  if (/^0+$/.test(hex)) return '::';
  // ::ffff:a.b.c.d, a dual-stack socket bound to an IPv4 address.
  if (/^0{16}FFFF0000/i.test(hex)) return bytes(hex.slice(24)).join('.');
  return hex;
}

/** Inodes of the sockets that a process has open; empty when it is gone or belongs to somebody else. */
export function socketInodes(pid: number): Set<string> {
  const inodes = new Set<string>();
  try {
    for (const fd of readdirSync(`/proc/${pid}/fd`)) {
      const match = /^socket:\[(\d+)\]$/.exec(readLink(`/proc/${pid}/fd/${fd}`));
      if (match?.[1]) inodes.add(match[1]);
    }
  } catch {
    // Ended meanwhile, or not ours to look at.
  }
  return inodes;
}

function readLink(file: string): string {
  try {
    return readlinkSync(file);
  } catch {
    return '';
  }
}

/** Whether a process whose command line names `folder` listens on the port: the instance's own Envoy, still serving while this process restarts. */
export function portIsHeldFor(port: number, folder: string): boolean {
  const inodes = new Set(
    listeningSockets()
      .filter((s) => s.port === port)
      .map((s) => s.inode),
  );
  if (inodes.size === 0) return false;
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    let command: string;
    try {
      command = readFileSync(`/proc/${entry}/cmdline`, 'utf8');
    } catch {
      continue;
    }
    if (!command.includes(`${folder}/`)) continue;
    for (const inode of socketInodes(Number(entry))) if (inodes.has(inode)) return true;
  }
  return false;
}
