import { BlockList, isIP } from 'node:net';

/**
 * The address that a request came from. Behind proxies that the configuration trusts, the last address in X-Forwarded-For that is not one of theirs;
 * what a client writes there itself counts for nothing.
 */
export class ClientAddress {
  private readonly trusted = new BlockList();

  /** Addresses or CIDR blocks of proxies in front. */
  constructor(trustedProxies: readonly string[]) {
    for (const entry of trustedProxies) {
      const [address = '', prefix] = entry.split('/');
      const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
      if (prefix === undefined) this.trusted.addAddress(address, family);
      else this.trusted.addSubnet(address, Number(prefix), family);
    }
  }

  of(peer: string, forwardedFor: string | string[] | undefined): string {
    if (!this.isTrusted(peer)) return plain(peer);
    const hops = (Array.isArray(forwardedFor) ? forwardedFor.join(',') : (forwardedFor ?? '')).split(',').map((h) => h.trim());
    const foreign = hops.reverse().find((hop) => isIP(hop) !== 0 && !this.isTrusted(hop));
    return foreign === undefined ? plain(peer) : plain(foreign);
  }

  private isTrusted(address: string): boolean {
    const bare = plain(address);
    return isIP(bare) !== 0 && this.trusted.check(bare, isIP(bare) === 6 ? 'ipv6' : 'ipv4');
  }
}

/** An IPv4 address seen through an IPv6 socket is the IPv4 address. */
const plain = (address: string): string => address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '');
