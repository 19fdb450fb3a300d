import { type ChildProcess, execFile, fork } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { deliveryCrds } from '@tidegate/delivery-contract';
import { servingCrds } from '@tidegate/serving-contract';
import { tenancyCrds } from '@tidegate/tenancy-contract';
import { ApiLoad, targetOf } from './api-load.js';
import type { ApiProcessOptions } from './api-process.js';
import { freePort, until } from './platform-instance.js';

const run = promisify(execFile);
const program = path.resolve(import.meta.dirname, '..', '..', '..', 'apps', 'tidegate', 'dist', 'main.js');
const TOKEN = 'token-of-a-bench';
const WRITERS = 16;

export const deployment = (name: string, replicas = 0) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace: 'bench' },
  spec: { replicas, selector: { matchLabels: { app: name } }, template: { metadata: { labels: { app: name, version: 'v1' } }, spec: { containers: [{ name: 'main', image: 'example.org/main:1' }] } } },
});
const service = (name: string) => ({ apiVersion: 'v1', kind: 'Service', metadata: { name }, spec: { selector: { app: name }, ports: [{ port: 80 }] } });

/** The embedded Kubernetes API and the GraphQL API before it, a process each. */
export class ApiInstance {
  private constructor(
    private readonly data: string,
    readonly kubernetes: ApiLoad,
    private readonly api: ChildProcess,
    readonly url: string,
  ) {}

  readonly token = TOKEN;

  /** With a database there are people beside the owner. */
  static async start(options: Pick<ApiProcessOptions, 'database' | 'consoleFolder' | 'traffic'> = {}): Promise<ApiInstance> {
    const data = mkdtempSync(path.join(tmpdir(), 'tidegate-bench-graphql-'));
    await run(process.execPath, [program, 'up', '--api-only', '--detach', '--data', data, '--port', String(await freePort())]);
    const kubeconfig = path.join(data, 'private', 'admin.kubeconfig');
    const kubernetes = new ApiLoad(targetOf(kubeconfig));
    const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
    for (const definition of [...deliveryCrds(), ...servingCrds(), ...tenancyCrds()]) await kubernetes.must(0, 'POST', definitions, definition);
    await kubernetes.must(0, 'POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'bench' } });
    // What gives the owner of an instance his rights.
    const administrators = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: 'tidegate:administrators' };
    const binding = { metadata: { name: 'bench' }, roleRef: { apiGroup: administrators.apiGroup, kind: 'ClusterRole', name: 'cluster-admin' }, subjects: [administrators] };
    await kubernetes.must(0, 'POST', '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings', { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRoleBinding', ...binding });
    const tokenFile = path.join(data, 'bench-token');
    writeFileSync(tokenFile, `${TOKEN}\n`, { mode: 0o600 });
    const api = fork(path.join(import.meta.dirname, 'api-process.js'), [JSON.stringify({ ...options, kubeconfig, ownerTokenFile: tokenFile } satisfies ApiProcessOptions)]);
    const port = await new Promise<number>((resolve, reject) => {
      api.once('message', (told) => resolve(Number(told)));
      api.once('exit', (code) => reject(new Error(`The API ended with ${code}.`)));
    });
    return new ApiInstance(data, kubernetes, api, `http://127.0.0.1:${port}`);
  }

  get pid(): number {
    return this.api.pid ?? NaN;
  }

  /** Questions about rights so far: asked of Kubernetes, and answered from memory. */
  reviews(): Promise<{ asked: number; remembered: number }> {
    return new Promise((resolve) => {
      this.api.once('message', (told) => resolve(told as { asked: number; remembered: number }));
      this.api.send('reviews');
    });
  }

  /** So many Deployments, each with a Service, in the project `bench`. */
  async fill(count: number): Promise<void> {
    let next = 0;
    const write = async (client: number): Promise<void> => {
      for (let n = next++; n < count; n = next++) {
        await this.kubernetes.must(client, 'POST', '/apis/apps/v1/namespaces/bench/deployments', deployment(`s${n}`));
        await this.kubernetes.must(client, 'POST', '/api/v1/namespaces/bench/services', service(`s${n}`));
      }
    };
    await Promise.all(Array.from({ length: WRITERS }, (_, client) => write(client)));
  }

  async ask(load: ApiLoad, client: number, query: string): Promise<{ data: unknown; bytes: number }> {
    const text = await load.must(client, 'POST', '/graphql', { query });
    const { data, errors } = JSON.parse(text) as { data: unknown; errors?: unknown[] };
    if (errors && errors.length > 0) throw new Error(JSON.stringify(errors));
    return { data, bytes: text.length };
  }

  async untilServices(load: ApiLoad, count: number): Promise<void> {
    await until(`${count} services are in the API's caches`, 30_000, async () => {
      const { data } = await this.ask(load, 0, '{ services { totalCount } }');
      return (data as { services: { totalCount: number } }).services.totalCount === count ? true : undefined;
    });
  }

  async end(): Promise<void> {
    this.api.removeAllListeners('exit');
    if (this.api.connected) this.api.disconnect();
    await this.kubernetes.close();
    await run(process.execPath, [program, 'down', '--data', this.data]);
    rmSync(this.data, { recursive: true, force: true });
  }
}
