import { type ChildProcess, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { freePort, until } from './platform-instance.js';

/** An Envoy of the bench's own, with a static configuration. */
export interface BareEnvoy {
  pid: number;
  port: number;
  stop(): Promise<void>;
}

/** Starts `binary` with one listener on 127.0.0.1 whose single virtual host has the given routes; ready when it accepts connections. */
export async function startBareEnvoy(
  binary: string,
  folder: string,
  name: string,
  options: { routes: unknown[]; clusters: unknown[]; workers: number; manager?: Record<string, unknown> },
): Promise<BareEnvoy> {
  const port = await freePort();
  const file = path.join(folder, `${name}.json`);
  writeFileSync(
    file,
    JSON.stringify({
      static_resources: { listeners: [listener(port, options.routes, options.manager)], clusters: options.clusters },
    }),
  );
  const child = spawn(binary, ['-c', file, '--use-dynamic-base-id', '--concurrency', String(options.workers), '--log-level', 'error'], {
    stdio: 'ignore',
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`Envoy at ${binary} did not start.`);
  await until(`${name} answers`, 20_000, async () => (await answers(port)) || undefined);
  return { pid, port, stop: () => ended(child) };
}

/** `more` adds to the connection manager: its access log, say. */
function listener(port: number, routes: unknown[], more: Record<string, unknown> = {}): unknown {
  const manager = {
    '@type': 'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
    stat_prefix: 'bench',
    route_config: { name: 'bench', virtual_hosts: [{ name: 'all', domains: ['*'], routes }] },
    http_filters: [
      {
        name: 'envoy.filters.http.router',
        typed_config: { '@type': 'type.googleapis.com/envoy.extensions.filters.http.router.v3.Router' },
      },
    ],
    ...more,
  };
  const filters = [{ name: 'envoy.filters.network.http_connection_manager', typed_config: manager }];
  return { address: { socket_address: { address: '127.0.0.1', port_value: port } }, filter_chains: [{ filters }] };
}

/** An access log of Envoy's default line. */
export function fileLog(file: string): Record<string, unknown> {
  const typed = { '@type': 'type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog', path: file };
  return { access_log: [{ name: 'envoy.access_loggers.file', typed_config: typed }] };
}

/** A cluster of static addresses, all at one port. */
export function staticCluster(name: string, port: number, options: { addresses?: readonly string[]; policy?: string } = {}): unknown {
  const { addresses = ['127.0.0.1'], policy = 'ROUND_ROBIN' } = options;
  return {
    name,
    type: 'STATIC',
    connect_timeout: '1s',
    lb_policy: policy,
    load_assignment: {
      cluster_name: name,
      endpoints: [
        { lb_endpoints: addresses.map((address) => ({ endpoint: { address: { socket_address: { address, port_value: port } } } })) },
      ],
    },
  };
}

async function answers(port: number): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/`).then(
    async (answer) => (await answer.text()) !== undefined,
    () => false,
  );
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    child.once('exit', () => resolve());
    child.kill('SIGTERM');
  });
}
