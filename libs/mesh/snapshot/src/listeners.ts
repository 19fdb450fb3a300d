import type { Json } from './envoy-route.js';
import type { GatewayPlan } from './gateway-plan.js';
import { ANY_HOST } from './hostnames.js';
import { ADS, httpFilter } from './http-connection-manager.js';
import type { ListenerPlan } from './listener-plan.js';
import type { ObjectRef, XdsResource } from './snapshot.js';
import { nowhere, tcpFilter, toCluster, toRoute } from './stream-filter.js';
import type { StreamRoutes } from './stream-routes.js';
import type { Service } from '@tidegate/kube';
import { refOf } from './object-key.js';

/** On which the shared proxy answers for every port of every Service without selector. */
export const WAYPOINT_PORT = 15_080;

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
export function boundListener(
  bound: number,
  at: { gateways: readonly GatewayPlan[]; port: number; raw: readonly RawAddress[] },
  streams: StreamRoutes,
): XdsResource {
  const owners: ObjectRef[] = [];
  const chains: Json[] = [];
  // Two chains for one address would make Envoy refuse the listener; the older Gateway keeps it.
  const taken = new Set<string>();
  const free = (address: string) => !taken.has(address) && taken.add(address).has(address);
  const ownListeners = (plan: GatewayPlan) => plan.listeners.filter((l) => l.usable && l.listener.port === at.port);
  const asked = at.gateways.some((plan) => plan.addresses.includes(LOCALHOST) && ownListeners(plan).length > 0);
  for (const plan of at.gateways) {
    const own = ownListeners(plan);
    if (own.length === 0) continue;
    // The oldest Gateway with this port also answers on localhost, unless one asks for that address.
    const addresses = [...plan.addresses, ...(asked ? [] : [LOCALHOST])].filter(free);
    if (addresses.length === 0) continue;
    owners.push(plan.ref);
    chains.push(...gatewayChains(own, addresses, streams));
  }
  for (const { address, cluster } of at.raw) if (free(address)) chains.push(rawChain(address, cluster));
  chains.push({
    name: 'services',
    filter_chain_match: { prefix_ranges: [{ address_prefix: '127.0.0.0', prefix_len: 8 }] },
    filters: [httpFilter({ kind: 'dialled' }, 'mesh')],
  });
  return listener(`bound/${bound}`, bound, chains, owners);
}

/** Kubernetes: of the shared proxy, for all Services that it answers for; the name that a client asked for picks the Service. */
export function waypointListener(): XdsResource {
  return listener('waypoint', WAYPOINT_PORT, [{ name: 'services', filters: [httpFilter({ kind: 'named' }, 'mesh')] }], []);
}

/** Kubernetes: of the shared proxy, for one port of one Service. */
export function answeredListener(port: number, table: string, service: Service): XdsResource {
  return listener(
    `waypoint/${port}`,
    port,
    [{ name: table, filters: [httpFilter({ kind: 'rds', name: table }, 'mesh')] }],
    [refOf('Service', service)],
  );
}

/** Kubernetes: one Envoy listener for each port of a Gateway. */
export function gatewayListener(plan: GatewayPlan, port: number, streams: StreamRoutes): XdsResource {
  const own = plan.listeners.filter((l) => l.usable && l.listener.port === port);
  return listener(`gw/${plan.key}/${port}`, port, gatewayChains(own, [], streams), [plan.ref]);
}

function listener(name: string, port: number, chains: readonly Json[], owners: readonly ObjectRef[]): XdsResource {
  const body: Json = {
    name,
    address: { socket_address: { address: '0.0.0.0', port_value: port } },
    per_connection_buffer_limit_bytes: 1_048_576,
    ...(chains.some(looksAtTls) ? { listener_filters: [TLS_INSPECTOR] } : {}),
    filter_chains: chains,
  };
  return { type: 'listener', name, body, owners };
}

function looksAtTls(chain: Json): boolean {
  const match = chain['filter_chain_match'];
  return typeof match === 'object' && match !== null && 'transport_protocol' in match;
}

/** `listeners` are those of one port of a Gateway: all of HTTP, all of TCP, or told apart by server name. */
function gatewayChains(listeners: readonly ListenerPlan[], addresses: readonly string[], streams: StreamRoutes): Json[] {
  const match = addresses.length > 0 ? { prefix_ranges: addresses.map((address) => ({ address_prefix: address, prefix_len: 32 })) } : {};
  const [first] = listeners;
  if (!first) return [];
  if (first.protocol === 'http') {
    return [{ name: first.routes, filter_chain_match: match, filters: [httpFilter({ kind: 'rds', name: first.routes }, 'gateway')] }];
  }
  return listeners.flatMap((l) => chainsOf(l, match, streams));
}

function chainsOf(l: ListenerPlan, match: Json, streams: StreamRoutes): Json[] {
  if (l.protocol === 'https') {
    const filter = httpFilter({ kind: 'rds', name: l.routes }, 'gateway');
    return l.certificate ? [{ name: l.routes, ...byName(match, l.hostname), filters: [filter], ...tlsEnd(l) }] : [];
  }
  const matching = (host: string): Json => (l.protocol === 'tls' ? byName(match, host) : { filter_chain_match: match });
  const hosts = streams.of(l);
  const chains = hosts.map(({ host, route }) => ({
    name: `${l.routes}/${host}`,
    ...matching(host),
    filters: [tcpFilter(toRoute(route), 'gateway')],
    ...(l.certificate ? tlsEnd(l) : {}),
  }));
  if (hosts.some(({ host }) => host === l.hostname)) return chains;
  // What no route takes is closed, rather than left to a less specific listener or to what else is served on the port.
  return [...chains, { name: `${l.routes}/closed`, ...matching(l.hostname), filters: [tcpFilter(nowhere, 'gateway')] }];
}

function byName(match: Json, host: string): Json {
  return { filter_chain_match: { ...match, transport_protocol: 'tls', ...(host === ANY_HOST ? {} : { server_names: [host] }) } };
}

function tlsEnd({ certificate, clientValidation, protocol }: ListenerPlan): Json {
  if (!certificate) return {};
  const validation = clientValidation
    ? {
        trusted_ca: { inline_string: clientValidation.ca },
        ...(clientValidation.letsAnybodyIn ? { trust_chain_verification: 'ACCEPT_UNTRUSTED' } : {}),
      }
    : undefined;
  return {
    transport_socket: {
      name: 'envoy.transport_sockets.tls',
      typed_config: {
        '@type': 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext',
        common_tls_context: {
          ...(protocol === 'https' ? { alpn_protocols: ['h2', 'http/1.1'] } : {}),
          tls_params: { tls_minimum_protocol_version: 'TLSv1_2' },
          tls_certificate_sds_secret_configs: [{ name: certificate.name, sds_config: ADS }],
          ...(validation ? { validation_context: validation } : {}),
        },
        ...(clientValidation && !clientValidation.letsAnybodyIn ? { require_client_certificate: true } : {}),
      },
    },
  };
}

function rawChain(address: string, cluster: string): Json {
  return {
    name: `raw/${address}`,
    filter_chain_match: { prefix_ranges: [{ address_prefix: address, prefix_len: 32 }] },
    filters: [tcpFilter(toCluster(cluster), 'raw')],
  };
}
