import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { golden } from '@tidegate/testing';
import { stringify } from 'yaml';
import { objectsFromYaml } from '../test/objects-from-yaml.js';
import { type SnapshotBuild, buildSnapshot } from './build-snapshot.js';
import type { StatusPlan } from './status-plan.js';

const testdata = path.join(import.meta.dirname, '../testdata');
const inputs = readdirSync(testdata).filter((file) => file.endsWith('.in.yaml'));

/** `<name>.in.yaml` -> `<name>.routes.yaml`: what is routed where, and what the objects are told. */
describe('buildSnapshot', () => {
  it.each(inputs)('routes and statuses of %s', (input) => {
    const mode = input.startsWith('kubernetes-') ? 'kubernetes' : 'embedded';
    const text = summary(buildSnapshot(objectsFromYaml(readFileSync(path.join(testdata, input), 'utf8')), { mode }));
    expect(text).toBe(golden(path.join(testdata, input.replace('.in.yaml', '.routes.yaml')), text));
  });

  it('writes listeners and clusters with every protection', () => {
    const built = buildSnapshot(objectsFromYaml(readFileSync(path.join(testdata, 'shop.in.yaml'), 'utf8')), { mode: 'embedded' });
    const shown = [...built.snapshot.resources.values()]
      .sort((a, b) => (a.type + a.name < b.type + b.name ? -1 : 1))
      .filter((r) => r.name === 'bound/8180' || (r.type === 'cluster' && /reviews-v2/.test(r.name)));
    const text = stringify(Object.fromEntries(shown.map((r) => [`${r.type}/${r.name}`, r.body])), options);
    expect(text).toBe(golden(path.join(testdata, 'shop.listeners.yaml'), text));
  });
});

const options = { lineWidth: 150, aliasDuplicateObjects: false } as const;

function summary({ snapshot, statuses }: SnapshotBuild): string {
  const all = [...snapshot.resources].sort(([a], [b]) => (a < b ? -1 : 1));
  const names = (type: string) => all.filter(([, r]) => r.type === type).map(([, r]) => r.name);
  const bodies = (type: string) => Object.fromEntries(all.filter(([, r]) => r.type === type).map(([, r]) => [r.name, r.body]));
  const scopes = all.filter(([, r]) => r.type === 'scope').map(([, r]) => [r.name, r.body['route_configuration_name']]);
  return stringify(
    {
      listeners: names('listener'),
      clusters: names('cluster'),
      secrets: names('secret'),
      scopes: Object.fromEntries(scopes),
      chains: Object.fromEntries(all.filter(([, r]) => r.type === 'listener').map(([, r]) => [r.name, chains(r.body)])),
      routes: bodies('routes'),
      statuses: brief(statuses),
    },
    options,
  );
}

/** What of a listener's connections goes where: the whole of a listener is in its own golden file. */
function chains(body: Record<string, unknown>): unknown {
  const found = body['filter_chains'] as {
    name: string;
    filter_chain_match?: { server_names?: string[] };
    filters: { typed_config: Record<string, unknown> }[];
  }[];
  return found.map(({ name, filter_chain_match: match, filters }) => {
    const { cluster, weighted_clusters: weighted, rds } = filters[0]?.typed_config ?? {};
    const to = cluster ?? weighted ?? rds ?? 'scopes';
    return {
      name,
      ...(match?.server_names ? { names: match.server_names.join() } : {}),
      to: rds ? (rds as { route_config_name: string }).route_config_name : to,
    };
  });
}

/** One line for a condition. */
function brief(statuses: StatusPlan): unknown {
  return JSON.parse(
    JSON.stringify(statuses, (key, value: unknown) => {
      if (key === 'conditions' && Array.isArray(value)) {
        return value.map((c) => `${c.type} ${c.status} ${c.reason} (${c.observedGeneration}): ${c.message}`);
      }
      if (key === 'supportedFeatures' && Array.isArray(value)) return value.length;
      return value;
    }),
  );
}
