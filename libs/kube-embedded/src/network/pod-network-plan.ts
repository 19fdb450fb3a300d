import { type AddressRun, formatAddress, parseAddress } from './address-range.js';

/**
 * How the network namespaces of an instance's pods hang together. Everything carries the slot of the instance, so that two instances never
 * meet, and what a crash left behind is known by its name.
 *
 *   pod: eth0 100.(64+slot).a.b ──► bridge tidegate<slot>, 100.(64+slot).0.1 ──► the machine: Envoy, API
 *        lo 127.0.0.0/16            route 127.(64+slot).0.0/16 ──────────────►   addresses of Services, one for each caller
 *
 * The loopback addresses of Services stay what they are: a pod's own loopback is cut down to 127.0.0.0/16, the instance's range leads to the
 * machine. The address that a pod dials still names caller and callee, and no packet is translated.
 */
export interface PodNetworkPlan {
  bridge: string;
  /** The machine, as pods reach it. */
  gateway: string;
  pods: AddressRun;
  /** Of the instance, in CIDR notation. */
  services: string;
  /** Where pods find the Kubernetes API. */
  api: string;
}

const PREFIX = 16;

export function podNetworkOf(slot: number): PodNetworkPlan {
  // 100.64.0.0/10 is kept for networks behind a provider's own translation: no machine has it, but those of such a provider.
  const base = 100 * 2 ** 24 + (64 + slot) * 2 ** 16;
  return {
    bridge: `tidegate${slot}`,
    gateway: formatAddress(base + 1),
    pods: { first: base + 2, last: base + 0xfffe },
    services: `127.${64 + slot}.0.0/${PREFIX}`,
    api: `127.${64 + slot}.0.1`,
  };
}

/** The network namespace of the pod with this address, and the machine's end of its cable. */
export function namesFor({ bridge }: PodNetworkPlan, address: string): { namespace: string; cable: string } {
  const [, , third, fourth] = address.split('.');
  return { namespace: `${bridge}-${third}-${fourth}`, cable: `${cableOf(bridge)}-${third}-${fourth}` };
}

/** Names of links have up to 15 characters. */
const cableOf = (bridge: string): string => bridge.replace('tidegate', 'td');

/** For `ip -batch`: what makes the bridge. */
export function bridgeCommands({ bridge, gateway }: PodNetworkPlan): string[] {
  return [`link add ${bridge} type bridge`, `address add ${gateway}/${PREFIX} dev ${bridge}`, `link set ${bridge} up`];
}

/** For `ip -batch` of the machine, and of the namespace that the first ones make. */
export function attachCommands(plan: PodNetworkPlan, address: string): { machine: string[]; inside: string[] } {
  const { namespace, cable } = namesFor(plan, address);
  return {
    machine: [
      `netns add ${namespace}`,
      `link add ${cable} type veth peer name eth0 netns ${namespace}`,
      `link set ${cable} master ${plan.bridge} up`,
    ],
    inside: [
      'address add 127.0.0.1/16 dev lo',
      'link set lo up',
      'route flush table local exact 127.0.0.0/8',
      `address add ${address}/${PREFIX} dev eth0`,
      'link set eth0 up',
      `route add default via ${plan.gateway}`,
      `route add ${plan.services} via ${plan.gateway}`,
    ],
  };
}

/** For `ip -batch`. */
export function detachCommands(plan: PodNetworkPlan, address: string): string[] {
  const { namespace, cable } = namesFor(plan, address);
  return [`link delete ${cable}`, `netns delete ${namespace}`];
}

/** For `ip -batch`: what removes everything that an earlier run of this instance left. `namespaces` and `links` are all of the machine's. */
export function removalCommands({ bridge }: PodNetworkPlan, namespaces: readonly string[], links: readonly string[]): string[] {
  return [
    // Cables first: a namespace whose processes still end keeps its own for a while.
    ...links.filter((name) => name.startsWith(`${cableOf(bridge)}-`)).map((name) => `link delete ${name}`),
    ...namespaces.filter((name) => name.startsWith(`${bridge}-`)).map((name) => `netns delete ${name}`),
    ...links.filter((name) => name === bridge).map((name) => `link delete ${name}`),
  ];
}

/** The first of the machine's own networks (`10.0.0.0/8`) that has addresses in common with the pods'; undefined when none has. */
export function overlap({ bridge, pods }: PodNetworkPlan, routes: readonly { destination: string; device: string }[]): string | undefined {
  return routes.find(({ destination, device }) => {
    const [network = '', bits = '32'] = destination.split('/');
    const first = parseAddress(network);
    if (first === undefined || device === bridge) return false;
    return first <= pods.last && first + 2 ** (32 - Number(bits)) - 1 >= pods.first;
  })?.destination;
}
