import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { preparePostgres } from '@tidegate/database';
import { waitFor } from '@tidegate/testing';
import { Client, findClient } from '../journeys/client.js';
import { PROJECT, type PeoplesPlatform, WORKSPACE, peopleUseKubectl } from '../journeys/kubectl-of-people.js';
import { apply, get, kubectl } from './cluster.js';
import { greeter } from './objects.js';
import { SYSTEM, current, put, untilAvailable } from './release.js';
import type { Testbed } from './testbed.js';

const SECRET = 'tidegate-people';
/** The console answers at this port of localhost and no other, and kubeconfigs name the second. */
const [CONSOLE, KUBERNETES] = [8080, 8443];

/** A PostgreSQL on this machine, where pods find it. */
async function startDatabase(host: string): Promise<{ url: string; stop(): Promise<void> }> {
  const folder = mkdtempSync('/tmp/tg-people-');
  chmodSync(folder, 0o755);
  const at = (name: string): string => path.join(folder, name);
  const prepared = await preparePostgres({ dataFolder: at('database'), socketFolder: at('s'), stageFolder: at('public'), passwordFile: at('password'), uid: process.getuid?.() ?? 0 });
  writeFileSync(at('hba.conf'), 'host all all all scram-sha-256\n', { mode: 0o644 });
  const port = await freePort(host);
  const more = Object.entries({ listen_addresses: host, port: String(port), hba_file: at('hba.conf') }).flatMap(([key, value]) => ['-c', `${key}=${value}`]);
  const server = spawn(prepared.command, [...prepared.args, ...more], { env: prepared.env, stdio: 'ignore' });
  const { user, database, passwordFile } = prepared.address;
  return {
    url: `postgresql://${user}:${encodeURIComponent(readFileSync(passwordFile, 'utf8').trim())}@${host}:${port}/${database}`,
    stop: async () => {
      const gone = server.exitCode === null ? new Promise((resolve) => server.once('exit', resolve)) : undefined;
      server.kill('SIGINT');
      await gone;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const freePort = (host: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, host, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });

/** The first administrator, made by the sign-in token; the session as headers. */
async function firstAdministrator(origin: string): Promise<Record<string, string>> {
  const { data } = await get<{ data: { token: string } }>('secret', 'tidegate-sign-in', '--namespace', SYSTEM);
  const body = JSON.stringify({ token: Buffer.from(data.token, 'base64').toString(), account: 'owner-of-it', password: 'one for this cluster alone' });
  const answer = await fetch(`${origin}/auth/setup`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  expect({ status: answer.status, text: answer.ok ? '' : await answer.text() }).toEqual({ status: 200, text: '' });
  return { cookie: answer.headers.getSetCookie()[0]?.split(';')[0] ?? '' };
}

/** With a PostgreSQL: accounts, and kubectl with the rights of each through the platform. */
export function peopleAreInADatabase(testbed: Testbed): void {
  describe('people in a database', () => {
    const program = findClient('kubectl', 'TIDEGATE_KUBECTL') ?? '';
    let database: Awaited<ReturnType<typeof startDatabase>>;
    let forward: ChildProcess | undefined;
    let platform: PeoplesPlatform;

    beforeAll(async () => {
      database = await startDatabase(testbed.hostAddress);
      await apply({ apiVersion: 'v1', kind: 'Secret', metadata: { name: SECRET, namespace: SYSTEM }, stringData: { url: database.url } });
      await put('upgrade', current, `database.urlSecret=${SECRET}`);
      await untilAvailable();
      const client = new Client(program, []);
      forward = client.start(['port-forward', 'service/tidegate-api', `${CONSOLE}:80`, `${KUBERNETES}:443`, '--namespace', SYSTEM]);
      const origin = `http://localhost:${CONSOLE}`;
      await waitFor('sign-in is ready', async () => ((await fetch(`${origin}/auth/state`).then((r) => r.json(), () => ({}))) as { ready?: boolean }).ready, 60_000);
      platform = { origin, owner: await firstAdministrator(origin), admin: client, kubectl: program, program: greeter('people'), hasTar: false };
    });

    peopleUseKubectl(() => platform);

    afterAll(async () => {
      await kubectl('delete', 'namespace', PROJECT, '--ignore-not-found', '--wait=true', '--timeout=120s');
      await kubectl('delete', 'workspace', WORKSPACE, '--ignore-not-found', '--wait=true', '--timeout=60s');
      forward?.kill();
      await put('upgrade', current);
      await untilAvailable();
      await kubectl('delete', 'secret', SECRET, '--namespace', SYSTEM, '--ignore-not-found');
      await database.stop();
    });
  });
}
