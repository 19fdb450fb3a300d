import { type ChildProcess, spawn } from 'node:child_process';
import { request } from 'node:http';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { kinds } from '@tidegate/kube';
import { type SupervisedEnvoy, askEnvoy } from '@tidegate/mesh-xds-server';
import { ownerOf } from '@tidegate/serving-ownership';
import { waitFor } from '@tidegate/testing';
import { HoldStage, NAMESPACE } from './hold-stage.js';
import { ServiceAddress } from './service-address.js';

const SCRIPT = path.join(import.meta.dirname, 'replica-process.ts');
const HOOKS = path.join(import.meta.dirname, 'typescript-hooks.mjs');
/** Ids of the two proxies; the first is the one that the mesh expects. */
export const PROXIES = ['embedded', 'second'] as const;

/**
 * Two real Envoys behind one port, and replicas of what answers them in processes of their own. The first Envoy asks replica `a` and reports to it,
 * the second one `b`, each through an address that leads to the other when its own is gone, as a Service's would.
 */
export class ReplicaStage {
  readonly stage = new HoldStage({ isBare: true });
  readonly replicas = new Map<string, ChildProcess>();
  /** What replicas complained of. */
  readonly words: string[] = [];
  private readonly services: ServiceAddress[] = [];
  private readonly envoys: SupervisedEnvoy[] = [];
  private kubeconfig = '';

  async open(): Promise<void> {
    await this.stage.open();
    this.kubeconfig = await this.stage.kubeconfig();
    await Promise.all([this.start('a'), this.start('b')]);
    await this.members('a', 'b');
    for (const [proxy, order] of [
      [PROXIES[0], ['a', 'b']],
      [PROXIES[1], ['b', 'a']],
    ] as const) {
      const service = (port: string): string => {
        const at = this.stage.at(`${proxy}-${port}`);
        const backends = order.map((identity) => this.at(identity, port));
        this.services.push(new ServiceAddress(at, backends));
        return at;
      };
      const answers = { telemetrySocket: service('telemetry'), activatorSocket: service('activator') };
      this.envoys.push(await this.stage.startEnvoy(proxy, answers));
    }
    await waitFor('both proxies serve', async () => (await Promise.all(this.envoys.map((envoy) => envoy.isLive()))).every(Boolean), 30_000);
  }

  async close(): Promise<void> {
    await Promise.all([...this.replicas.keys()].map((identity) => this.end(identity, 'SIGKILL')));
    for (const envoy of this.envoys) await envoy.stop();
    for (const service of this.services) await service.stop();
    await this.stage.close();
  }

  async start(identity: string): Promise<void> {
    const flags = ['--no-warnings', '--experimental-transform-types', '--conditions=development', '--import', HOOKS];
    const child = spawn(process.execPath, [...flags, SCRIPT, identity, this.stage.folder, this.kubeconfig], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env['PATH'], HOME: this.stage.folder },
    });
    this.replicas.set(identity, child);
    let isReady = false;
    createInterface({ input: child.stdout }).on('line', (line) => {
      const [word, name = ''] = line.split(' ');
      if (word === 'ready') isReady = true;
      else if (word === 'wake') void this.stage.wake(name);
      else this.words.push(line);
    });
    child.stderr.on('data', (text: Buffer) => this.words.push(text.toString()));
    await waitFor(
      `replica ${identity} is ready`,
      async () => {
        if (child.exitCode !== null) throw new Error(this.words.join('\n'));
        return isReady && (await this.ask(identity, '/readyz')).status === 200;
      },
      60_000,
    );
  }

  async end(identity: string, signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const child = this.replicas.get(identity);
    this.replicas.delete(identity);
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    await new Promise<void>((resolve) => {
      child.once('exit', () => resolve());
      child.kill(signal);
    });
  }

  /** Waits until these, and no others, have Leases. */
  members(...identities: string[]): Promise<unknown> {
    return waitFor(
      `members are ${identities.join(', ')}`,
      async () => {
        const labelSelector = 'serving.tidegate.dev/activator';
        const { items } = await this.stage.client.list(kinds.leases, { namespace: 'tidegate-system', labelSelector });
        return (
          items
            .map((lease) => lease.spec?.holderIdentity)
            .sort()
            .join() === identities.join()
        );
      },
      30_000,
    );
  }

  /** A revision whose owner is the given one among each of these sets of replicas. */
  named(prefix: string, owners: readonly { among: string[]; is: string }[]): string {
    for (let i = 0; i < 1000; i++) {
      const name = `${prefix}-${i}`;
      if (owners.every(({ among, is }) => ownerOf(`${NAMESPACE}/${name}`, among) === is)) return name;
    }
    throw new Error('there is no such name');
  }

  async metric(identity: string, pattern: RegExp): Promise<number> {
    const { body } = await this.ask(identity, '/metrics');
    return Number(pattern.exec(body)?.[1] ?? 0);
  }

  /** Requests that each proxy has taken so far. */
  requests(): Promise<number[]> {
    return Promise.all(
      PROXIES.map(async (proxy) => {
        const { body } = await askEnvoy(this.stage.at(`${proxy}-admin`), 'GET', '/stats?filter=downstream_rq_total');
        return [...body.matchAll(/http\.gateway\.downstream_rq_total: (\d+)/g)].reduce((sum, [, count]) => sum + Number(count), 0);
      }),
    );
  }

  private at(identity: string, port: string): string {
    return path.join(this.stage.folder, `${identity}-${port}.sock`);
  }

  private ask(identity: string, url: string): Promise<{ status: number; body: string }> {
    return new Promise((resolve, reject) => {
      const call = request({ socketPath: this.at(identity, 'health'), path: url }, (response) => {
        let body = '';
        response.on('data', (text: Buffer) => (body += text.toString()));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
      });
      call.on('error', reject);
      call.end();
    });
  }
}
