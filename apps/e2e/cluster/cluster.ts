import { Client, findClient } from '../journeys/client.js';

/** What `./tidegate test --cluster` and `--testbed` say about the cluster. */
export const settings = {
  /** Where nodes find the platform's images. */
  registry: process.env['TIDEGATE_IMAGE_REGISTRY'] ?? 'localhost',
  /** How the test reaches Gateways: through a load balancer, or, from a machine that routes to Service addresses, by these. */
  gatewayService: process.env['TIDEGATE_GATEWAY_SERVICE'] ?? 'LoadBalancer',
  /** Who resolves tags: images that were imported onto nodes are in no registry. */
  digestsFrom: process.env['TIDEGATE_IMAGE_REGISTRY'] ? 'registry' : 'node',
};

const client = (name: string, variable: string): Client | undefined => {
  const file = findClient(name, variable);
  return file === undefined ? undefined : new Client(file, []);
};
export const kn = client('kn', 'TIDEGATE_KN');
const kubectlClient = client('kubectl', 'TIDEGATE_KUBECTL');
const helmClient = client('helm', 'TIDEGATE_HELM');

async function does(
  program: string,
  of: Client | undefined,
  words: readonly string[],
  input?: string,
  timeoutMs = 300_000,
): Promise<string> {
  if (!of) throw new Error(`${program} is not on this machine: put it on PATH or set TIDEGATE_${program.toUpperCase()}`);
  const { code, out, err } = await of.run(words, { timeoutMs, ...(input === undefined ? {} : { input }) });
  if (code !== 0) throw new Error(`${program} ${words.join(' ')} ended with ${code}: ${err.trim()}\n${out.slice(-2_000)}`);
  return out;
}

/** What it printed; fails with the program's own words. */
export const kubectl = (...words: string[]): Promise<string> => does('kubectl', kubectlClient, words);
export const helm = (...words: string[]): Promise<string> => does('helm', helmClient, words, undefined, 600_000);
export const knDoes = (...words: string[]): Promise<string> => does('kn', kn, words);
export const apply = (...objects: object[]): Promise<string> =>
  does('kubectl', kubectlClient, ['apply', '--filename', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }));

export async function get<T>(...words: string[]): Promise<T> {
  return JSON.parse(await kubectl('get', ...words, '--output', 'json')) as T;
}

/** Kinds that come and go by themselves, or that only mirror others. */
const PASSING =
  /^(events|leases|componentstatuses|nodes|pods)(\.|$)|\.metrics\.k8s\.io$|^(ipaddresses|endpoints|endpointslices|csinodes|apiservices)(\.|$)/;

/** `KIND/NAMESPACE/NAME` of everything that the cluster holds, except what passes by itself. */
export async function everything(): Promise<Set<string>> {
  const kinds = (await kubectl('api-resources', '--verbs=list', '--output=name'))
    .split('\n')
    .filter((kind) => kind !== '' && !PASSING.test(kind));
  const format = 'jsonpath={range .items[*]}{.metadata.namespace}/{.metadata.name}{"\\n"}{end}';
  const found = new Set<string>();
  for (const kind of kinds) {
    const lines = (await kubectl('get', kind, '--all-namespaces', '--output', format)).split('\n').filter((line) => line !== '');
    for (const line of lines) found.add(`${kind}/${line}`);
  }
  return found;
}
