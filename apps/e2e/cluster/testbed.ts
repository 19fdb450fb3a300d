import { appendFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Client } from '../journeys/client.js';

/** What only a cluster can that was made for tests: nodes that are cut off, and settings of the nodes' container runtimes. */
export interface Testbed {
  /** Where pods and nodes reach servers of this process. */
  readonly hostAddress: string;
  /** The node that may be cut off. */
  readonly node: string;
  cut(): Promise<void>;
  heal(): Promise<void>;
  /** Nodes and pods find the name; nodes speak plain HTTP to it. Answers what undoes it. */
  trustRegistry(name: string, port: number): () => void;
}

/** Of `./tidegate test --testbed`; undefined on a cluster that somebody else uses. */
export function findTestbed(): Testbed | undefined {
  const folder = process.env['TIDEGATE_TESTBED'];
  const own = path.join(process.env['TESTBED_HOME'] ?? '/var/cache/testbed', 'clusters', process.env['TESTBED_ID'] ?? '0');
  if (!folder || !(process.env['KUBECONFIG'] ?? '').startsWith(`${own}/`)) return undefined;
  const node = new Client(path.join(folder, 'node'), ['n2']);
  const does = async (word: string): Promise<void> => {
    const { code, err } = await node.run([word]);
    if (code !== 0) throw new Error(`node n2 ${word} ended with ${code}: ${err}`);
  };
  return {
    hostAddress: `172.31.${process.env['TESTBED_ID'] ?? '0'}.1`,
    node: 'n2',
    cut: () => does('cut'),
    heal: () => does('heal'),
    trustRegistry(name, port) {
      const hosts = path.join(own, 'registries', `${name}:${port}`);
      const server = `http://172.31.${process.env['TESTBED_ID'] ?? '0'}.1:${port}`;
      mkdirSync(hosts, { recursive: true });
      writeFileSync(path.join(hosts, 'hosts.toml'), `server = "${server}"\n[host."${server}"]\n  capabilities = ["pull", "resolve"]\n`);
      const names = path.join(own, 'hosts');
      if (!existsSync(names)) writeFileSync(names, '');
      appendFileSync(names, `${this.hostAddress} ${name}\n`);
      return () => rmSync(hosts, { recursive: true, force: true });
    },
  };
}
