import type { Json } from './envoy-route.js';
import type { ResolvedRoute } from './resolve-backends.js';

/** No cluster has this name: connections that go there are closed. */
const NOWHERE = 'nowhere';

type Destination = { cluster: string } | { weighted_clusters: Json };

/** The network filter that passes bytes on. */
export function tcpFilter(destination: Destination, statPrefix: 'gateway' | 'raw'): Json {
  return {
    name: 'tcp',
    typed_config: {
      '@type': 'type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy',
      stat_prefix: statPrefix,
      ...destination,
      idle_timeout: '3600s',
    },
  };
}

export const nowhere: Destination = { cluster: NOWHERE };

export function toCluster(cluster: string): Destination {
  return { cluster };
}

/** Connections are shared out by weight; the share of a backend that may not be used is closed. */
export function toRoute({ rules }: ResolvedRoute): Destination {
  const backends = rules.flatMap((rule) => rule.backends).filter((backend) => backend.weight > 0);
  const [only] = backends;
  if (!only) return nowhere;
  if (backends.length === 1) return { cluster: only.target?.cluster ?? NOWHERE };
  const clusters = backends.map(({ target, weight }) => ({ name: target?.cluster ?? NOWHERE, weight }));
  return { weighted_clusters: { clusters } };
}
