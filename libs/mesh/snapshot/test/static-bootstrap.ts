import type { Snapshot } from '../src/snapshot.js';

type Json = Record<string, unknown>;

/** The snapshot as a configuration without a control plane: what would come over xDS is written in place. */
export function staticBootstrap(snapshot: Snapshot, adminPath: string): Json {
  const all = [...snapshot.resources.values()];
  const body = (key: string): Json => {
    const found = snapshot.resources.get(key);
    if (!found) throw new Error(`the snapshot has no ${key}`);
    return found.body;
  };
  const inline = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(inline);
    if (typeof value !== 'object' || value === null) return value;
    const out: Json = {};
    for (const [key, item] of Object.entries(value)) {
      if (key === 'rds') out['route_config'] = inline(body(`routes/${(item as { route_config_name: string }).route_config_name}`));
      else if (key === 'rds_config_source') continue;
      else if (key === 'scoped_rds') {
        out['scoped_route_configurations_list'] = {
          scoped_route_configurations: all
            .filter((r) => r.type === 'scope')
            .map(({ body: scope }) => ({
              name: scope['name'],
              key: scope['key'],
              route_configuration: body(`routes/${String(scope['route_configuration_name'])}`),
            })),
        };
      } else if (key === 'tls_certificate_sds_secret_configs') {
        out['tls_certificates'] = (item as { name: string }[]).map(({ name }) => body(`secret/${name}`)['tls_certificate']);
      } else if (key === 'eds_cluster_config') continue;
      else out[key] = inline(item);
    }
    return out;
  };
  const clusters = all
    .filter((r) => r.type === 'cluster')
    .map(({ name, body: cluster }) => {
      if (cluster['type'] !== 'EDS') return cluster;
      const service = (cluster['eds_cluster_config'] as { service_name?: string }).service_name ?? name;
      return { ...(inline(cluster) as Json), type: 'STATIC', load_assignment: { ...body(`endpoints/${service}`), cluster_name: name } };
    });
  const service = (name: string) => ({
    name,
    type: 'STATIC',
    load_assignment: {
      cluster_name: name,
      endpoints: [{ lb_endpoints: [{ endpoint: { address: { pipe: { path: `${adminPath}.${name}` } } } }] }],
    },
  });
  return {
    admin: { address: { pipe: { path: adminPath } } },
    static_resources: {
      listeners: all.filter((r) => r.type === 'listener').map((r) => inline(r.body)),
      clusters: [...clusters, service('telemetry'), service('activator')],
    },
  };
}
