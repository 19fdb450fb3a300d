import { type ClientHttp2Session, connect as connectHttp2 } from 'node:http2';
import { type KubeClient, kinds } from '@tidegate/kube';
import { printTable, quantile } from './judge-table.js';
import { PlatformInstance, gatewayUrl, sleep, until } from './platform-instance.js';
import { cpuSeconds, residentMb } from './process-reading.js';
import { buildImages, createRevision, hostOf, untilHolding } from './sleeping-revision.js';

/** `node dist/holds.js [HELD]`: many requests held at once and released. */
const HELD = Number(process.argv[2] ?? 20_000);
const NAMESPACE = 'bench';
/** As many as wait for one revision at most. */
const PER_REVISION = 10_000;
const STREAMS = 1000;

const instance = new PlatformInstance('holds');
try {
  await instance.up({ empty: true });
  const client = await instance.client();
  await client.create(kinds.namespaces, { metadata: { name: NAMESPACE } });
  const { node: image } = await buildImages(instance);
  const port = Number(new URL(await gatewayUrl(client, 'knative-serving', 'knative-serving')).port || 80);
  await holdMany(client, port, image);
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
      if (status === '200') answeredAt.push(performance.now());
    });
    stream.on('data', (chunk: Buffer) => {
      if (status !== '200') status += ` ${chunk.toString().trim()}`;
    });
    stream.on('error', () => undefined);
    stream.on('close', () => {
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      resolve();
    });
    stream.end();
  });
}

async function openHolds(): Promise<number> {
  return Number(/^tidegate_holds_open(?:\{[^}]*\})? (\d+)/m.exec(await instance.metrics('traffic'))?.[1] ?? 0);
}
