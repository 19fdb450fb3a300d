import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { TidegateError } from '@tidegate/kernel';
import { codes } from './errors.js';
import { type PodNetworkPlan, attachCommands, bridgeCommands, detachCommands, namesFor, overlap, podNetworkOf, removalCommands } from './pod-network-plan.js';

/** Where `ip netns` keeps namespaces. */
const NAMESPACES = '/run/netns';
const IP = ['/usr/sbin/ip', '/sbin/ip', '/usr/bin/ip'].find((file) => existsSync(file));
export const NSENTER = '/usr/bin/nsenter';
const LIMIT_MS = 10_000;
/** Programs may listen on port 80 as on a cluster; loopback addresses may come in from outside, which the kernel drops otherwise. */
const SETTINGS =
  'echo 0 > /proc/sys/net/ipv4/ip_unprivileged_port_start; echo 1 > /proc/sys/net/ipv4/conf/all/route_localnet';

/**
 * A network namespace for each pod. In the machine's own namespace there is a bridge with a cable to each pod while the instance runs, and
 * nothing else is changed: no firewall rules, no forwarding, no settings but of that bridge.
 */
export class PodNetwork {
  readonly plan: PodNetworkPlan;

  private constructor(plan: PodNetworkPlan) {
    this.plan = plan;
  }

  /** Why this machine cannot have it; undefined when it can. */
  static problem(): string | undefined {
    if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'it takes root on Linux';
    if (IP === undefined) return 'there is no program "ip" (Debian: apt-get install iproute2)';
    if (!existsSync(NSENTER)) return `there is no ${NSENTER} (Debian: apt-get install util-linux)`;
    const name = `td${process.pid}`;
    // Root of a container may lack the rights for it.
    const input = ['link add NAME type bridge', 'link delete NAME', 'netns add NAME', 'netns delete NAME'].map((line) => `${line.replace('NAME', name)}\n`).join('');
    const { status, stderr } = spawnSync(IP, ['-batch', '-'], { input, encoding: 'utf8', timeout: LIMIT_MS, env: {} });
    return status === 0 ? undefined : `bridges and network namespaces cannot be made here: ${stderr.split('\n')[0] ?? ''}`;
  }

  /** Removes what an earlier run left and makes the bridge. Throws EMB_POD_NETWORK. */
  static async open(slot: number): Promise<PodNetwork> {
    const problem = PodNetwork.problem();
    if (problem !== undefined) throw refused(`Pods cannot have networks of their own: ${problem}.`);
    const network = new PodNetwork(podNetworkOf(slot));
    await network.close();
    const taken = overlap(network.plan, machineRoutes());
    if (taken !== undefined) throw refused(`Pods cannot have networks of their own: this machine has a network ${taken} of the same addresses.`);
    await ip([], bridgeCommands(network.plan));
    writeFileSync(`/proc/sys/net/ipv4/conf/${network.plan.bridge}/route_localnet`, '1');
    return network;
  }

  /** Makes the namespace of the pod with this address; answers the file that stands for it. */
  async attach(address: string): Promise<string> {
    const { namespace } = namesFor(this.plan, address);
    const { machine, inside } = attachCommands(this.plan, address);
    await ip([], machine);
    const file = `${NAMESPACES}/${namespace}`;
    await Promise.all([ip(['-netns', namespace], inside), run(NSENTER, [`--net=${file}`, '--', '/bin/sh', '-c', SETTINGS], '')]);
    return file;
  }

  /** Nothing of the pod may run any more: a process keeps its namespace alive, unseen. */
  async detach(address: string): Promise<void> {
    await ip([], detachCommands(this.plan, address));
  }

  async close(): Promise<void> {
    const namespaces = existsSync(NAMESPACES) ? readdirSync(NAMESPACES) : [];
    await ip([], removalCommands(this.plan, namespaces, readdirSync('/sys/class/net')));
  }
}

function machineRoutes(): { destination: string; device: string }[] {
  const { stdout } = spawnSync(IP ?? 'ip', ['-json', '-4', 'route', 'show'], { encoding: 'utf8', timeout: LIMIT_MS, env: {} });
  const rows = JSON.parse(stdout || '[]') as { dst?: string; dev?: string }[];
  return rows.map(({ dst = '', dev = '' }) => ({ destination: dst, device: dev }));
}

function ip(options: string[], commands: string[]): Promise<void> {
  if (commands.length === 0) return Promise.resolve();
  return run(IP ?? 'ip', [...options, '-batch', '-'], `${commands.join('\n')}\n`);
}

/** With no environment: it runs as root. */
function run(file: string, args: string[], input: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { env: {}, stdio: ['pipe', 'ignore', 'pipe'], timeout: LIMIT_MS });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => void (said.length < 1000 && (said += chunk.toString('utf8'))));
    child.stdin.on('error', () => undefined);
    child.on('error', reject);
    child.on('close', (code) => (code === 0 ? resolve() : reject(refused(`The network of a pod could not be changed: ${said.trim() || `exit status ${code}`}`))));
    child.stdin.end(input);
  });
}

function refused(sentence: string): TidegateError {
  return new TidegateError(codes.EMB_POD_NETWORK, sentence, { remedy: 'Start without --pod-network namespace; pods then share the network of this machine.' });
}
