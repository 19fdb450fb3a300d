import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A network of its own for a few processes, with a cable to the machine's: what a pod has on Kubernetes. Linux, root, `ip` on PATH. */
export interface NetworkNamespace {
  /** Where the machine reaches what listens inside. */
  address: string;
  /** The words that run a program inside, under the process id of what they start. */
  inside(program: string, words: readonly string[]): [string, string[]];
  remove(): Promise<void>;
}

export const canMakeNetworkNamespaces = (): boolean => process.platform === 'linux' && process.getuid?.() === 0;

/** `index` from 0 to 63. Addresses are of the range that RFC 2544 keeps for benchmarks. */
export async function createNetworkNamespace(index: number): Promise<NetworkNamespace> {
  const name = `tgb${process.pid}-${index}`;
  const [outside, address] = [`198.18.${index}.1`, `198.18.${index}.2`];
  await run('ip', ['netns', 'add', name]);
  const remove = async (): Promise<void> => {
    await run('ip', ['netns', 'delete', name]);
  };
  try {
    await run('ip', ['link', 'add', name, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', name]);
    await run('ip', ['address', 'add', `${outside}/30`, 'dev', name]);
    await run('ip', ['link', 'set', name, 'up']);
    await run('ip', ['-n', name, 'address', 'add', `${address}/30`, 'dev', 'eth0']);
    await run('ip', ['-n', name, 'link', 'set', 'lo', 'up']);
    await run('ip', ['-n', name, 'link', 'set', 'eth0', 'up']);
  } catch (error) {
    await remove();
    throw error;
  }
  return { address, inside: (program, words) => ['ip', ['netns', 'exec', name, program, ...words]], remove };
}
