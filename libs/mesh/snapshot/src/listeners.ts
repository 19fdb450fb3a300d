import type { Json } from './envoy-route.js';
import type { GatewayPlan, ListenerPlan } from './gateway-plan.js';
import { ANY_HOST } from './hostnames.js';
import { ADS, httpFilter } from './http-connection-manager.js';
import type { ObjectRef, XdsResource } from './snapshot.js';

const TLS_INSPECTOR = {
  name: 'envoy.filters.listener.tls_inspector',
  typed_config: { '@type': 'type.googleapis.com/envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector' },
};

const LOCALHOST = '127.0.0.1';

/** A Service port that does not speak HTTP: its bytes are passed on as they are. */
export interface RawAddress {
  address: string;
  cluster: string;
}

/**
 * Embedded: one Envoy listener for a bound port. The dialled address picks the chain: an address of a Gateway, the address of a raw
 * TCP Service, or any other loopback address, whose scope names the Service. Connections to addresses outside 127.0.0.0/8 find no
 * chain and are closed.
 */
export function boundListener(bound: number, gateways: readonly GatewayPlan[], port: number, raw: readonly RawAddress[]): XdsResource {
  const owners: ObjectRef[] = [];
  const chains: Json[] = [];
  // Two chains for one address would make Envoy refuse the listener; the older Gateway keeps it.
  const taken = new Set<string>();
  const free = (address: string) => !taken.has(address) && taken.add(address).has(address);
  const ownListeners = (plan: GatewayPlan) => plan.listeners.filter((l) => l.usable && l.listener.port === port);
  const asked = gateways.some((plan) => plan.addresses.includes(LOCALHOST) && ownListeners(plan).length > 0);
  for (const plan of gateways) {
    const own = ownListeners(plan);
    if (own.length === 0) continue;
    // The oldest Gateway with this port also answers on localhost, unless one asks for that address.
    const addresses = [...plan.addresses, ...(asked ? [] : [LOCALHOST])].filter(free);
    if (addresses.length === 0) continue;
    owners.push(plan.ref);
    chains.push(...gatewayChains(plan, own, addresses));
  }
  for (const { address, cluster } of raw) if (free(address)) chains.push(rawChain(address, cluster));
  chains.push({
    name: 'services',
    filter_chain_match: { prefix_ranges: [{ address_prefix: '127.0.0.0', prefix_len: 8 }] },
    filters: [httpFilter({ kind: 'dialled' }, 'mesh')],
  });
  return listener(`bound/${bound}`, bound, chains, owners);
}

/** Kubernetes: one Envoy listener for each port of a Gateway. */
export function gatewayListener(plan: GatewayPlan, port: number): XdsResource {
  const own = plan.listeners.filter((l) => l.usable && l.listener.port === port);
  return listener(`gw/${plan.key}/${port}`, port, gatewayChains(plan, own, []), [plan.ref]);
}

function listener(name: string, port: number, chains: readonly Json[], owners: readonly ObjectRef[]): XdsResource {
  const tls = chains.some((chain) => 'transport_socket' in chain);
  const body: Json = {
    name,
    address: { socket_address: { address: '0.0.0.0', port_value: port } },
    per_connection_buffer_limit_bytes: 1_048_576,
    ...(tls ? { listener_filters: [TLS_INSPECTOR] } : {}),
    filter_chains: chains,
  };
  return { type: 'listener', name, body, owners };
}

function gatewayChains(plan: GatewayPlan, listeners: readonly ListenerPlan[], addresses: readonly string[]): Json[] {
  const match = addresses.length > 0 ? { prefix_ranges: addresses.map((address) => ({ address_prefix: address, prefix_len: 32 })) } : {};
  const [first] = listeners;
  if (!first) return [];
  if (first.scheme === 'http') {
    return [{ name: first.routes, filter_chain_match: match, filters: [httpFilter({ kind: 'rds', name: first.routes }, 'gateway')] }];
  }
  return listeners.flatMap((l) => (l.certificate ? [tlsChain(l, l.certificate.name, match)] : []));
}

function tlsChain({ hostname, routes }: ListenerPlan, secret: string, match: Json): Json {
  return {
    name: routes,
    filter_chain_match: { ...match, transport_protocol: 'tls', ...(hostname === ANY_HOST ? {} : { server_names: [hostname] }) },
    filters: [httpFilter({ kind: 'rds', name: routes }, 'gateway')],
    transport_socket: {
      name: 'envoy.transport_sockets.tls',
      typed_config: {
        '@type': 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext',
        common_tls_context: {
          alpn_protocols: ['h2', 'http/1.1'],
          tls_params: { tls_minimum_protocol_version: 'TLSv1_2' },
          tls_certificate_sds_secret_configs: [{ name: secret, sds_config: ADS }],
        },
      },
    },
  };
}

function rawChain(address: string, cluster: string): Json {
  return {
    name: `raw/${address}`,
    filter_chain_match: { prefix_ranges: [{ address_prefix: address, prefix_len: 32 }] },
    filters: [
      {
        name: 'tcp',
        typed_config: {
          '@type': 'type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy',
          stat_prefix: 'raw',
          cluster,
          idle_timeout: '3600s',
        },
      },
    ],
  };
}
