import type { Json } from './envoy-route.js';
import type { ServiceTarget } from './service-target.js';
import type { XdsResource } from './snapshot.js';
import type { TargetPolicy } from './target-policy.js';

const HTTP_OPTIONS = 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions';
/** Where the answer of a check is kept for the filters behind it and the access log. */
const ANSWER = 'envoy.filters.http.ext_authz';
/** As for pods behind endpoints: below the 5 s after which many servers close an idle connection. */
const IDLE = '4s';

/** Held requests go to the address that the activator names; the name says how they are passed on. */
export function heldCluster({ http2 }: TargetPolicy): string {
  return http2 ? 'held-h2c' : 'held';
}

export function heldClusterKeys(targets: readonly ServiceTarget[]): string[] {
  const names = targets.flatMap(({ policy }) => (policy?.isHolding ? [heldCluster(policy)] : []));
  return [...new Set(names)].map((name) => `cluster/${name}`);
}

/** A composite cluster takes one member for each try. */
const TRIES = ['destination', 'alternative', 'destination', 'alternative'] as const;
export const HELD_ATTEMPTS = TRIES.length;

/**
 * For each protocol a composite of two: the first try of a request goes to the address under `destination`, the next, after a connection
 * that was refused or never accepted, to that under `alternative`, and so on. Both come from the activator's answer, never from a header, so no client can name an address.
 */
export const HELD_CLUSTERS: readonly XdsResource[] = ['held', 'held-h2c'].flatMap((name) => {
  const http2 = name === 'held-h2c';
  return [
    resource(addressed(`${name}/destination`, 'destination', http2)),
    resource(addressed(`${name}/alternative`, 'alternative', http2)),
    resource({
      name,
      lb_policy: 'CLUSTER_PROVIDED',
      connect_timeout: '2s',
      circuit_breakers: limits(),
      cluster_type: {
        name: 'envoy.clusters.composite',
        typed_config: {
          '@type': 'type.googleapis.com/envoy.extensions.clusters.composite.v3.ClusterConfig',
          clusters: TRIES.map((key) => ({ name: `${name}/${key}` })),
        },
      },
    }),
  ];
});

function resource(body: Json & { name: string }): XdsResource {
  return { type: 'cluster', name: body.name, body, owners: [] };
}

function addressed(name: string, key: string, http2: boolean): Json & { name: string } {
  return {
    name,
    type: 'ORIGINAL_DST',
    lb_policy: 'CLUSTER_PROVIDED',
    connect_timeout: '2s',
    cleanup_interval: '60s',
    original_dst_lb_config: { metadata_key: { key: ANSWER, path: [{ key }] } },
    circuit_breakers: limits(),
    typed_extension_protocol_options: {
      [HTTP_OPTIONS]: {
        '@type': `type.googleapis.com/${HTTP_OPTIONS}`,
        common_http_protocol_options: { idle_timeout: http2 ? '300s' : IDLE },
        explicit_http_config: http2 ? { http2_protocol_options: {} } : { http_protocol_options: {} },
      },
    },
  };
}

/** The activator bounds what is held; the proxy must not refuse what it has granted. */
function limits(): Json {
  return { thresholds: [{ max_connections: 100_000, max_pending_requests: 1_000_000, max_requests: 1_000_000, max_retries: 10_000 }] };
}
