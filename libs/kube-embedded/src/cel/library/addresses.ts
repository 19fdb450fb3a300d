import { isIP } from 'node:net';
import { declare, type Overload, text } from '../signatures.js';
import { Addressed, CelError, ListValue, LiteralMap, type Value, noOverload } from '../values.js';

interface Address {
  family: 4 | 6;
  bits: bigint;
}
interface Block extends Address {
  length: number;
}

const widthOf = ({ family }: Address): bigint => (family === 4 ? 32n : 128n);

function addressOf(given: string): Address | undefined {
  const family = isIP(given);
  if (family === 4) {
    // Go refuses zeros in front, which C reads as octal.
    if (/(^|\.)0\d/.test(given)) return undefined;
    return { family: 4, bits: given.split('.').reduce((bits, part) => bits * 256n + BigInt(part), 0n) };
  }
  // Zones name an interface of one machine, and addresses of version 4 in the dress of version 6 are refused by Kubernetes.
  if (family !== 6 || given.includes('%') || /^::ffff:\d+\.\d+/i.test(given)) return undefined;
  const dotted = /(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(given);
  const embedded = dotted ? addressOf(dotted[2] ?? '')?.bits : undefined;
  const plain = embedded === undefined ? given : `${dotted?.[1] ?? ''}${(embedded >> 16n).toString(16)}:${(embedded & 0xffffn).toString(16)}`;
  const [head = '', tail] = plain.split('::');
  const groups = (part: string): string[] => (part === '' ? [] : part.split(':'));
  const [front, back] = [groups(head), tail === undefined ? [] : groups(tail)];
  const all = tail === undefined ? front : [...front, ...Array<string>(8 - front.length - back.length).fill('0'), ...back];
  return { family: 6, bits: all.reduce((bits, group) => bits * 65536n + BigInt(Number.parseInt(group, 16)), 0n) };
}

/** The canonical text (RFC 5952). */
function addressText({ family, bits }: Address): string {
  if (family === 4) return [24n, 16n, 8n, 0n].map((shift) => (bits >> shift) & 255n).join('.');
  const groups = Array.from({ length: 8 }, (_, i) => ((bits >> BigInt(112 - 16 * i)) & 0xffffn).toString(16));
  const zeros = [...groups.map((group) => (group === '0' ? '0' : 'x')).join('').matchAll(/0{2,}/g)].sort((a, b) => b[0].length - a[0].length)[0];
  if (!zeros) return groups.join(':');
  return `${groups.slice(0, zeros.index).join(':')}::${groups.slice(zeros.index + zeros[0].length).join(':')}`;
}

function blockOf(given: string): Block | undefined {
  const [, ip = '', length = ''] = /^(.+)\/(0|[1-9]\d{0,2})$/.exec(given) ?? [];
  const address = addressOf(ip);
  if (!address || Number(length) > Number(widthOf(address))) return undefined;
  return { ...address, length: Number(length) };
}

const isAddress = (data: unknown): data is Address => typeof data === 'object' && data !== null && 'bits' in data;
const isBlock = (data: unknown): data is Block => isAddress(data) && 'length' in data;

const ipValue = (address: Address): Addressed => new Addressed('kubernetes.IP', addressText(address), address);
const blockText = (block: Block): string => `${addressText(block)}/${block.length}`;
const blockValue = (block: Block): Addressed => new Addressed('kubernetes.CIDR', blockText(block), block);

function ip(value: Value | undefined): Address {
  if (value instanceof Addressed && isAddress(value.data)) return value.data;
  throw noOverload();
}
function cidr(value: Value | undefined): Block {
  if (value instanceof Addressed && isBlock(value.data)) return value.data;
  throw noOverload();
}

function made<T>(found: T | undefined, problem: string): T {
  if (found === undefined) throw new CelError(problem);
  return found;
}
const parsedIp = (given: string): Address => made(addressOf(given), `IP Address '${given}' parse error during conversion from string: ParseAddr("${given}"): unable to parse IP`);
const parsedCidr = (given: string): Block => made(blockOf(given), `network address parse error during conversion from string: netip.ParsePrefix("${given}"): no '/'`);

const network = ({ bits, length, ...block }: Block): bigint => {
  const host = widthOf({ ...block, bits }) - BigInt(length);
  return (bits >> host) << host;
};
const within = (block: Block, address: Address): boolean => block.family === address.family && network(block) === network({ ...address, length: block.length });
const containsBlock = (block: Block, other: Block): boolean => other.length >= block.length && within(block, other);

const inBlock = (address: Address, text4: string, text6: string): boolean => within(parsedCidr(address.family === 4 ? text4 : text6), address);
const isLoopback = (address: Address): boolean => inBlock(address, '127.0.0.0/8', '::1/128');
const isLinkLocalUnicast = (address: Address): boolean => inBlock(address, '169.254.0.0/16', 'fe80::/10');
const isLinkLocalMulticast = (address: Address): boolean => inBlock(address, '224.0.0.0/24', 'ff02::/16');
const isMulticast = (address: Address): boolean => inBlock(address, '224.0.0.0/4', 'ff00::/8');

function isGlobalUnicast(address: Address): boolean {
  const isBroadcast = address.family === 4 && address.bits === 0xffffffffn;
  return address.bits !== 0n && !isBroadcast && !isLoopback(address) && !isMulticast(address) && !isLinkLocalUnicast(address);
}

const predicate = (name: string, holds: (address: Address) => boolean): Overload => declare(`IP.${name}(): bool`, ([a]) => holds(ip(a)));

function urlOf(given: string): URL | undefined {
  // Go's url.ParseRequestURI: an absolute URI or an absolute path.
  if (given.startsWith('/')) return URL.canParse(given, 'none:') ? new URL(given, 'relative://') : undefined;
  if (!/^[A-Za-z][A-Za-z0-9+.-]*:/.test(given) || /\s/.test(given)) return undefined;
  return URL.canParse(given) ? new URL(given) : undefined;
}

function url(value: Value | undefined): URL {
  if (value instanceof Addressed && value.data instanceof URL) return value.data;
  throw noOverload();
}

/** The text as written: URL leaves out default ports. */
function portOf(value: Value | undefined): string {
  if (!(value instanceof Addressed)) throw noOverload();
  return /^[^/]*\/\/(?:[^/?#@]*@)?(?:\[[^\]]*\]|[^/?#:]*):(\d+)/.exec(value.text)?.[1] ?? '';
}

function queryOf({ searchParams }: URL): LiteralMap {
  const query = new LiteralMap();
  for (const name of new Set(searchParams.keys())) query.set(name, new ListValue(searchParams.getAll(name)));
  return query;
}

/** As written; URL itself gives a host without a path a slash. */
function pathOf(value: Value | undefined): string {
  const { pathname, protocol } = url(value);
  const isWritten = protocol === 'relative:' || (value instanceof Addressed && /^[^/]*\/\/[^/?#]*\//.test(value.text));
  return pathname === '/' && !isWritten ? '' : pathname;
}

export const addresses: Overload[] = [
  declare('ip(string): IP', ([a]) => ipValue(parsedIp(text(a))), [0]),
  declare('isIP(string): bool', ([a]) => addressOf(text(a)) !== undefined, [0]),
  declare('ip.isCanonical(string): bool', ([a]) => addressText(parsedIp(text(a))) === text(a), [0]),
  declare('IP.family(): int', ([a]) => BigInt(ip(a).family)),
  predicate('isUnspecified', ({ bits }) => bits === 0n),
  predicate('isLoopback', isLoopback),
  predicate('isLinkLocalMulticast', isLinkLocalMulticast),
  predicate('isLinkLocalUnicast', isLinkLocalUnicast),
  predicate('isGlobalUnicast', isGlobalUnicast),
  declare('cidr(string): CIDR', ([a]) => blockValue(parsedCidr(text(a))), [0]),
  declare('isCIDR(string): bool', ([a]) => blockOf(text(a)) !== undefined, [0]),
  declare('CIDR.containsIP(string): bool', ([a, b]) => within(cidr(a), parsedIp(text(b))), [1]),
  declare('CIDR.containsIP(IP): bool', ([a, b]) => within(cidr(a), ip(b))),
  declare('CIDR.containsCIDR(string): bool', ([a, b]) => containsBlock(cidr(a), parsedCidr(text(b))), [1]),
  declare('CIDR.containsCIDR(CIDR): bool', ([a, b]) => containsBlock(cidr(a), cidr(b))),
  declare('CIDR.ip(): IP', ([a]) => ipValue(cidr(a))),
  declare('CIDR.masked(): CIDR', ([a]) => blockValue({ ...cidr(a), bits: network(cidr(a)) })),
  declare('CIDR.prefixLength(): int', ([a]) => BigInt(cidr(a).length)),
  declare('url(string): URL', ([a]) => new Addressed('kubernetes.URL', text(a), made(urlOf(text(a)), `URL parse error during conversion from string: parse "${text(a)}": invalid URI for request`)), [0]),
  declare('isURL(string): bool', ([a]) => urlOf(text(a)) !== undefined, [0]),
  declare('URL.getScheme(): string', ([a]) => (url(a).protocol === 'relative:' ? '' : url(a).protocol.replace(/:$/, ''))),
  declare('URL.getHost(): string', ([a]) => `${url(a).hostname}${portOf(a) === '' ? '' : `:${portOf(a)}`}`),
  declare('URL.getHostname(): string', ([a]) => url(a).hostname.replace(/^\[|\]$/g, '')),
  declare('URL.getPort(): string', ([a]) => portOf(a)),
  declare('URL.getEscapedPath(): string', ([a]) => pathOf(a)),
  declare('URL.getQuery(): map<string, list<string>>', ([a]) => queryOf(url(a))),
];
