import type { EndpointSlice, Service } from '@tidegate/kube';
import { REAL_PORTS_ANNOTATION } from '@tidegate/mesh-contract';
import type { Json } from './envoy-route.js';
import { ADS } from './http-connection-manager.js';
import { refOf } from './object-key.js';
import type { ServiceTarget } from './service-target.js';
import type { XdsResource } from './snapshot.js';
import type { Upstream } from './upstreams.js';

export interface ClusterSpeech {
  http2: boolean;
  tls?: Upstream['tls'];
}

const HTTP_OPTIONS = 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions';
/** Below the 5 s after which Node, uvicorn and others close an idle connection: Envoy must not reuse what the server is closing. */
const IDLE = '4s';

/** A cluster of another name than its target's shares the endpoints of its target. */
export function clusterOf(name: string, target: ServiceTarget, service: Service, speech: ClusterSpeech): XdsResource {
  const { http2, tls } = speech;
  const limits = { max_connections: 100_000, max_pending_requests: 100_000, max_requests: 1_000_000, max_retries: 10_000 };
  const body: Json = {
    name,
    type: 'EDS',
    eds_cluster_config: {
      eds_config: { ads: {}, resource_api_version: 'V3', initial_fetch_timeout: '30s' },
      ...(name === target.cluster ? {} : { service_name: target.cluster }),
    },
    connect_timeout: '2s',
    lb_policy: 'LEAST_REQUEST',
    common_lb_config: { healthy_panic_threshold: { value: 0 } },
    circuit_breakers: { thresholds: [limits] },
    ...(target.protocol === 'tcp' && !tls ? {} : { typed_extension_protocol_options: { [HTTP_OPTIONS]: protocolOptions(http2) } }),
    ...(tls ? { transport_socket: tlsSocket(tls, http2) } : {}),
  };
  return { type: 'cluster', name, body, owners: [refOf('Service', service)] };
}

function protocolOptions(http2: boolean): Json {
  return {
    '@type': `type.googleapis.com/${HTTP_OPTIONS}`,
    common_http_protocol_options: { idle_timeout: http2 ? '300s' : IDLE },
    explicit_http_config: http2 ? { http2_protocol_options: {} } : { http_protocol_options: {} },
  };
}

function tlsSocket({ serverName, ca, names, clientCertificate }: NonNullable<Upstream['tls']>, http2: boolean): Json {
  return {
    name: 'envoy.transport_sockets.tls',
    typed_config: {
      '@type': 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext',
      sni: serverName,
      common_tls_context: {
        alpn_protocols: [http2 ? 'h2' : 'http/1.1'],
        tls_params: { tls_minimum_protocol_version: 'TLSv1_2' },
        validation_context: {
          trusted_ca: { inline_string: ca },
          match_typed_subject_alt_names: names.map(({ type, value }) => ({ san_type: type, matcher: { exact: value } })),
        },
        ...(clientCertificate ? { tls_certificate_sds_secret_configs: [{ name: clientCertificate.name, sds_config: ADS }] } : {}),
      },
    },
  };
}

interface Candidate {
  address: string;
  port: number;
  zone: string;
  ready: boolean;
}

/** Ready endpoints; when there is none, those that still serve while they terminate. Slices may repeat an endpoint. */
export function endpointsOf(target: ServiceTarget, service: Service, slices: readonly EndpointSlice[]): XdsResource {
  const found = new Map<string, Candidate>();
  for (const slice of slices) {
    if (slice.addressType === 'FQDN') continue;
    const port = (slice.ports ?? []).find((p) => (p.name ?? '') === target.portName && (p.protocol ?? 'TCP') === 'TCP')?.port;
    if (!port) continue;
    const realPorts = readRealPorts(slice);
    for (const endpoint of slice.endpoints ?? []) {
      const ready = endpoint.conditions?.ready ?? true;
      const serving = endpoint.conditions?.serving ?? ready;
      const address = endpoint.addresses[0];
      if (!address || !(ready || (serving && endpoint.conditions?.terminating))) continue;
      const real = realPorts.get(`${address}:${port}`) ?? port;
      const key = `${address}:${real}`;
      if (ready || !found.has(key)) found.set(key, { address, port: real, zone: endpoint.zone ?? 'local', ready });
    }
  }
  const all = [...found.values()];
  const chosen = all.some((c) => c.ready) ? all.filter((c) => c.ready) : all;
  return {
    type: 'endpoints',
    name: target.cluster,
    body: { cluster_name: target.cluster, endpoints: byZone(chosen) },
    owners: [refOf('Service', service)],
  };
}

/** Where the embedded cluster says that a port written by somebody else really is. */
function readRealPorts(slice: EndpointSlice): Map<string, number> {
  const text = slice.metadata?.annotations?.[REAL_PORTS_ANNOTATION];
  if (text === undefined) return new Map();
  try {
    const json: unknown = JSON.parse(text);
    if (typeof json !== 'object' || json === null) return new Map();
    return new Map(Object.entries(json).filter((entry): entry is [string, number] => Number.isInteger(entry[1])));
  } catch {
    // Edited by hand: the ports count as they are written.
    return new Map();
  }
}

/** In a fixed order, so that the same endpoints always give the same resource. */
function byZone(candidates: readonly Candidate[]): Json[] {
  const zones = new Map<string, Candidate[]>();
  for (const c of candidates) {
    const zone = zones.get(c.zone);
    if (zone) zone.push(c);
    else zones.set(c.zone, [c]);
  }
  return [...zones]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([zone, members]) => ({
      locality: { zone },
      load_balancing_weight: members.length,
      lb_endpoints: members
        .sort((a, b) => (a.address === b.address ? a.port - b.port : a.address < b.address ? -1 : 1))
        .map(({ address, port }) => ({ endpoint: { address: { socket_address: { address, port_value: port } } } })),
    }));
}
