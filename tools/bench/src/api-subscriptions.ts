import { type Tidegate, connect, graphql } from '@tidegate/client';
import { ApiInstance, deployment } from './api-instance.js';
import { ApiLoad } from './api-load.js';
import { printTable, quantile } from './judge-table.js';
import { printLoad, printMachine } from './machine.js';
import { until } from './platform-instance.js';
import { residentMb } from './process-reading.js';

/** `node dist/api-subscriptions.js [CLIENTS] [EVENTS]`: from writing a Deployment to each of many clients' hearing of it, and what a client costs in memory. */
const [clients, events] = [Number(process.argv[2] ?? 200), Number(process.argv[3] ?? 50)];
const SERVICES = 100;
const WATCHED = graphql('subscription ($id: ID!) { service(id: $id) { replicas { wanted } } }');

printMachine('api-subscriptions');
const instance = await ApiInstance.start();
const load = new ApiLoad({ url: instance.url, connect: {}, headers: { authorization: `Bearer ${instance.token}` } });
const open: Tidegate[] = [];
const tookMs: number[] = [];
const sentAt = new Map<number, number>();
let [heard, begun] = [0, 0];
try {
  await instance.fill(SERVICES);
  await instance.untilServices(load, SERVICES);
  const { data } = await instance.ask(load, 0, '{ services(filter: { search: "s42" }) { edges { node { id } } } }');
  const id = (data as { services: { edges: { node: { id: string } }[] } }).services.edges[0]?.node.id ?? '';
  const before = residentMb(instance.pid);
  for (let n = 0; n < clients; n++) {
    const client = connect(instance);
    open.push(client);
    void listen(client, id);
  }
  await until('all clients have the state', 30_000, async () => (begun === clients ? true : undefined));
  const idle = residentMb(instance.pid);
  for (let n = 1; n <= events; n++) {
    sentAt.set(n, performance.now());
    await write(n);
    await until(`all clients heard event ${n}`, 30_000, async () => (heard >= n * clients ? true : undefined));
  }
  const after = residentMb(instance.pid);
  const perClient = (mb: number): string => `${(((mb - before) / clients) * 1024).toFixed(0)} KB`;
  printTable(
    `${events} events to ${clients} clients, a connection each`,
    ['what', 'figure'],
    [
      ['written to heard, p50 / p99', `${quantile(tookMs, 0.5).toFixed(0)} / ${quantile(tookMs, 0.99).toFixed(0)} ms`],
      ['memory of the API before them', `${before.toFixed(0)} MB`],
      ['for each client, subscribed / after the events', `${perClient(idle)} / ${perClient(after)}`],
    ],
  );
  printLoad('at the end');
} finally {
  await Promise.all(open.map((client) => client.close()));
  await load.close();
  await instance.end();
}

async function listen(client: Tidegate, id: string): Promise<void> {
  for await (const { service } of client.subscribe(WATCHED, { id })) {
    const sent = sentAt.get(service?.replicas.wanted ?? 0);
    if (sent === undefined) {
      begun += 1;
      continue;
    }
    tookMs.push(performance.now() - sent);
    heard += 1;
  }
}

async function write(replicas: number): Promise<void> {
  await instance.kubernetes.must(0, 'PUT', '/apis/apps/v1/namespaces/bench/deployments/s42', deployment('s42', replicas));
}
