import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { silentLogger, systemClock } from '@tidegate/kernel';
import { type KubeClient, connect, kinds } from '@tidegate/kube';
import { waitFor } from '@tidegate/testing';
import { openAuditLog } from '../src/server/audit-log.js';
import { type EmbeddedApi, startEmbeddedApi } from '../src/server/start-embedded-api.js';

const folder = mkdtempSync(path.join(tmpdir(), 'tidegate-audit-'));
const file = path.join(folder, 'audit.jsonl');
let api: EmbeddedApi;
let admin: KubeClient;

interface Event {
  stage: string;
  verb: string;
  requestURI: string;
  user: { username?: string };
  impersonatedUser?: { username?: string };
  objectRef?: object;
  responseStatus: { code: number };
}
const events = (of = file): Event[] => readFileSync(of, 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line) as Event);
const told = (verb: string, uri: string): Promise<Event> => waitFor(`${verb} of ${uri}`, () => events().find((e) => e.verb === verb && e.requestURI.includes(uri) && e.stage === 'ResponseComplete'));

beforeAll(async () => {
  api = await startEmbeddedApi({ dir: path.join(folder, 'api'), port: 0, auditLog: file, clock: systemClock, log: silentLogger });
  const kubeconfig = path.join(folder, 'kubeconfig');
  writeFileSync(kubeconfig, await api.issueKubeconfig('ada', ['system:masters']), { mode: 0o600 });
  admin = await connect({ kubeconfigPath: kubeconfig });
});
afterAll(async () => {
  await api.stop();
  rmSync(folder, { recursive: true });
});

it('tells who did what, as whom, and what came of it, without what was in it', async () => {
  await admin.create(kinds.secrets, { metadata: { name: 'key', namespace: 'default' }, data: { password: Buffer.from('hunter2').toString('base64') } });
  expect(await told('create', '/secrets')).toMatchObject({ user: { username: 'ada' }, objectRef: { resource: 'secrets', namespace: 'default', apiVersion: 'v1' }, responseStatus: { code: 201 } });
  await admin.as({ user: 'eve', groups: [] }).get(kinds.secrets, 'key', 'default').catch(() => undefined);
  expect(await told('get', '/secrets/key')).toMatchObject({ user: { username: 'ada' }, impersonatedUser: { username: 'eve' }, objectRef: { name: 'key' }, responseStatus: { code: 403 } });
  await fetch(`${api.url}/api/v1/secrets`).catch(() => undefined);
  expect(readFileSync(file, 'utf8')).not.toContain(Buffer.from('hunter2').toString('base64'));
  expect(statSync(file).mode & 0o077).toBe(0);
});

it('tells of a watch when it begins and when it ends', async () => {
  const stop = new AbortController();
  const watching = (async () => {
    for await (const _ of admin.transport.watch({ method: 'GET', path: '/api/v1/configmaps', query: { watch: 'true' }, signal: stop.signal }));
  })().catch(() => undefined);
  await waitFor('its beginning', () => events().find((e) => e.verb === 'watch' && e.stage === 'ResponseStarted'));
  expect(events().some((e) => e.verb === 'watch' && e.stage === 'ResponseComplete')).toBe(false);
  stop.abort();
  await watching;
  await told('watch', '/configmaps');
});

it('is bounded: a full file is kept once', async () => {
  const small = path.join(folder, 'small.jsonl');
  const log = openAuditLog(small, { clock: systemClock, log: silentLogger }, 4_000);
  for (let i = 0; i < 20; i++) log.begin({ method: 'GET', url: `/api/v1/pods?n=${i}`, address: '127.0.0.1', userAgent: undefined }).completed(200);
  await log.close();
  await waitFor('both files', () => statSync(`${small}.1`).size > 0 && statSync(small).size > 0);
  expect([statSync(small).size, statSync(`${small}.1`).size].every((size) => size <= 4_000)).toBe(true);
  expect(events(small).at(-1)?.requestURI).toBe('/api/v1/pods?n=19');
});

it('lets requests go on when the file cannot be written, and says so once', async () => {
  const said: string[] = [];
  const place = path.join(folder, 'gone');
  mkdirSync(place);
  const log = openAuditLog(path.join(place, 'audit.jsonl'), { clock: systemClock, log: { ...silentLogger, error: (_: unknown, text: string) => void said.push(text) } as typeof silentLogger }, 500);
  log.begin({ method: 'GET', url: '/api/v1/pods', address: '127.0.0.1', userAgent: undefined }).completed(200);
  rmSync(place, { recursive: true });
  for (let i = 0; i < 3; i++) log.begin({ method: 'GET', url: '/api/v1/pods', address: '127.0.0.1', userAgent: undefined }).completed(200);
  await log.close();
  expect(said).toEqual(['the audit log cannot be written: events are lost']);
});
