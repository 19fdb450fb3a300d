import { Agent, request } from 'node:http';
import { type ClientHttp2Session, connect as connectHttp2 } from 'node:http2';
import { type KubeClient, kinds } from '@tidegate/kube';
import { printTable, quantile } from './judge-table.js';
import { PlatformInstance, gatewayUrl, sleep, until } from './platform-instance.js';
import { cpuSeconds, residentMb } from './process-reading.js';
import { buildImages, createRevision, hostOf, podsOf, untilHolding } from './sleeping-revision.js';

/** `node dist/holds.js [HELD] [SECONDS]`: many requests held at once and released; requests/s of revisions with a hard limit. */
const HELD = Number(process.argv[2] ?? 20_000);
const SECONDS = Number(process.argv[3] ?? 8);
const NAMESPACE = 'bench';
/** As many as wait for one revision at most. */
const PER_REVISION = 10_000;
const STREAMS = 1000;
const MS = 20;

const instance = new PlatformInstance('holds');
try {
  await instance.up({ empty: true });
  const client = await instance.client();
  await client.create(kinds.namespaces, { metadata: { name: NAMESPACE } });
  const { node: image } = await buildImages(instance);
  const port = Number(new URL(await gatewayUrl(client, 'knative-serving', 'knative-serving')).port || 80);
  await holdMany(client, port, image);
  const rows: string[][] = [];
  for (const [pods, connections] of [
    [1, 16],
    [4, 16],
  ] as const)
    rows.push(await hardLimit(client, port, image, pods, connections));
  printTable(
    `A limit of 1 request for each pod, ${MS} ms each, ${SECONDS} s`,
    ['pods', 'callers', 'requests/s', 'of ideal', 'p50 ms', 'p99 ms', 'not 200', 'most in a pod', 'traffic ms/request'],
    rows,
  );
} finally {
  await instance.end();
}

async function holdMany(client: KubeClient, port: number, image: string): Promise<void> {
  const revisions = Array.from({ length: Math.ceil(HELD / PER_REVISION) }, (_, i) => `held-${i}`);
  for (const name of revisions) {
    await createRevision(client, { namespace: NAMESPACE, name, image, env: { START_MS: '45000' } });
    await untilHolding(client, NAMESPACE, name);
  }
  const [envoy, traffic] = [await instance.pidOf('envoy'), await instance.pidOf('traffic')];
  const before = { envoy: residentMb(envoy), traffic: residentMb(traffic), cpu: cpuSeconds(traffic) };
  const sessions: ClientHttp2Session[] = [];
  const statuses = new Map<string, number>();
  const answeredAt: number[] = [];
  const calls: Promise<void>[] = [];
  for (let sent = 0; sent < HELD; sent += 1) {
    if (sent % STREAMS === 0) {
      sessions.push(connectHttp2(`http://127.0.0.1:${port}`, { maxSessionMemory: 1000 }));
      await sleep(20);
    }
    const session = sessions.at(-1);
    const authority = hostOf(revisions[Math.floor(sent / PER_REVISION)] ?? '');
    if (session) calls.push(oneStream(session, authority, statuses, answeredAt));
  }
  await until('all wait', 60_000, async () => ((await openHolds()) >= HELD ? true : undefined));
  const held = { envoy: residentMb(envoy), traffic: residentMb(traffic), cpu: cpuSeconds(traffic) };
  await Promise.all(calls);
  for (const session of sessions) session.close();
  const released = cpuSeconds(traffic);
  const first = Math.min(...answeredAt);
  const spread = answeredAt.map((at) => at - first);
  const kb = (after: number, at: number): string => (((after - at) * 1024) / HELD).toFixed(1);
  printTable(
    `${HELD} requests held at once, over HTTP/2, and released when the pod of each of ${revisions.length} revisions listens`,
    [
      'held',
      'Envoy KB each',
      'traffic KB each',
      'traffic s to take',
      'traffic s to release',
      'from first answer, p50 ms',
      'last ms',
      'answers',
    ],
    [
      [
        String(HELD),
        kb(held.envoy, before.envoy),
        kb(held.traffic, before.traffic),
        (held.cpu - before.cpu).toFixed(1),
        (released - held.cpu).toFixed(1),
        quantile(spread, 0.5).toFixed(0),
        Math.max(...spread).toFixed(0),
        [...statuses].map(([status, count]) => `${count} x ${status}`).join(', '),
      ],
    ],
  );
}

function oneStream(session: ClientHttp2Session, authority: string, statuses: Map<string, number>, answeredAt: number[]): Promise<void> {
  return new Promise((resolve) => {
    let status = 'no answer';
    const stream = session.request({ ':path': '/', ':authority': authority });
    stream.on('response', (headers) => {
      status = String(headers[':status']);
      answeredAt.push(performance.now());
    });
    stream.on('error', () => undefined);
    stream.on('close', () => {
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      resolve();
    });
    stream.resume();
    stream.end();
  });
}

async function openHolds(): Promise<number> {
  return Number(/^tidegate_holds_open(?:\{[^}]*\})? (\d+)/m.exec(await instance.metrics('traffic'))?.[1] ?? 0);
}

async function hardLimit(client: KubeClient, port: number, image: string, pods: number, callers: number): Promise<string[]> {
  const name = `limit-${pods}`;
  await createRevision(client, { namespace: NAMESPACE, name, image, replicas: pods, containerConcurrency: 1 });
  await untilHolding(client, NAMESPACE, name);
  const isReady = async (): Promise<true | undefined> => {
    const ready = (await podsOf(client, NAMESPACE, name)).filter((p) =>
      p.status?.conditions?.some((c) => c.type === 'Ready' && c.status === 'True'),
    );
    return ready.length === pods || undefined;
  };
  await until('all pods are ready', 60_000, isReady);
  const agent = new Agent({ keepAlive: true, maxSockets: callers });
  await run(agent, callers, 1000, port, name);
  const traffic = await instance.pidOf('traffic');
  const cpu = cpuSeconds(traffic);
  const { ms, failed } = await run(agent, callers, SECONDS * 1000, port, name);
  const perRequest = ((cpuSeconds(traffic) - cpu) * 1000) / ms.length;
  agent.destroy();
  const most = await Promise.all((await podsOf(client, NAMESPACE, name)).map(mostIn));
  const perSecond = ms.length / SECONDS;
  const share = (perSecond / ((pods * 1000) / (MS + 1))) * 100;
  return [
    String(pods),
    String(callers),
    perSecond.toFixed(1),
    `${share.toFixed(0)} %`,
    quantile(ms, 0.5).toFixed(0),
    quantile(ms, 0.99).toFixed(0),
    String(failed),
    String(Math.max(...most)),
    perRequest.toFixed(2),
  ];
}

async function run(agent: Agent, callers: number, forMs: number, port: number, name: string): Promise<{ ms: number[]; failed: number }> {
  const ms: number[] = [];
  let failed = 0;
  const end = performance.now() + forMs;
  const caller = async (): Promise<void> => {
    while (performance.now() < end) {
      const began = performance.now();
      if ((await get(agent, port, hostOf(name), `/?ms=${MS}`)) !== 200) failed += 1;
      ms.push(performance.now() - began);
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  return { ms, failed };
}

function get(agent: Agent, port: number, host: string, path: string): Promise<number> {
  return new Promise((resolve) => {
    const call = request({ host: '127.0.0.1', port, path, headers: { host }, agent }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode ?? 0));
    });
    call.on('error', () => resolve(0));
    call.end();
  });
}

async function mostIn(pod: Awaited<ReturnType<typeof podsOf>>[number]): Promise<number> {
  const ports = JSON.parse(pod.metadata?.annotations?.['embedded.tidegate.dev/ports'] ?? '{}') as Record<string, number>;
  const answer = await fetch(`http://${pod.status?.podIP}:${ports['8080']}/most`);
  return ((await answer.json()) as { most: number }).most;
}
