import { ApiInstance } from './api-instance.js';
import { ApiLoad } from './api-load.js';
import { printTable, quantile } from './judge-table.js';
import { printLoad, printMachine } from './machine.js';

/** `node dist/api-list.js [SECONDS] [ROUNDS]`: the list of 1,000 services with their states, beside lists of what it is made of from Kubernetes. */
const [seconds, rounds] = [Number(process.argv[2] ?? 5), Number(process.argv[3] ?? 3)];
const SERVICES = 1_000;
const CLIENTS = 4;
const fields = 'totalCount edges { node { id namespace name kind state why } }';

printMachine('api-list');
const instance = await ApiInstance.start();
const graphql = new ApiLoad({ url: instance.url, connect: {}, headers: { authorization: `Bearer ${instance.token}` } });
try {
  await instance.fill(SERVICES);
  await instance.untilServices(graphql, SERVICES);
  const kinds = [
    { what: `GraphQL, all ${SERVICES}`, one: (client: number) => instance.ask(graphql, client, `{ services(first: ${SERVICES}) { ${fields} } }`) },
    { what: 'GraphQL, a page of 50', one: (client: number) => instance.ask(graphql, client, `{ services(first: 50) { ${fields} } }`) },
    { what: `Kubernetes, ${SERVICES} Deployments and Services`, one: kubernetesLists },
  ];
  const found = new Map(kinds.map(({ what }) => [what, { perSecond: [] as number[], p50: [] as number[], p95: [] as number[], bytes: 0 }]));
  for (let round = 0; round < rounds; round++) {
    for (const { what, one } of kinds) {
      const of = found.get(what);
      if (!of) continue;
      const { perSecond, p50, p95 } = await (what.startsWith('GraphQL') ? graphql : instance.kubernetes).rate(CLIENTS, seconds, async (client) => {
        of.bytes = (await one(client)).bytes;
      });
      of.perSecond.push(perSecond);
      of.p50.push(p50);
      of.p95.push(p95);
    }
  }
  const rows = [...found].map(([what, f]) => [what, quantile(f.perSecond, 0.5).toFixed(1), quantile(f.p50, 0.5).toFixed(0), quantile(f.p95, 0.5).toFixed(0), (f.bytes / 1024).toFixed(0)]);
  printTable(`${CLIENTS} clients, medians of ${rounds} rounds of ${seconds} s`, ['list', 'lists/s', 'p50 ms', 'p95 ms', 'KB'], rows);
  printLoad('at the end');
} finally {
  await graphql.close();
  await instance.end();
}

async function kubernetesLists(client: number): Promise<{ bytes: number }> {
  const deployments = await instance.kubernetes.must(client, 'GET', '/apis/apps/v1/deployments');
  const services = await instance.kubernetes.must(client, 'GET', '/api/v1/services');
  return { bytes: deployments.length + services.length };
}
