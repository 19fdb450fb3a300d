import { readFileSync, existsSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { TidegateError } from '@tidegate/kernel';
import { type Cluster, type Context, type User, newClusters, newContexts, newUsers } from '@kubernetes/client-node/dist/config_types.js';
import { parse } from 'yaml';
import { codes } from './kube-api-error.js';

/** One choice out of a kubeconfig: where, as whom, in which namespace by default. */
export interface Kubeconfig {
  cluster: Cluster;
  user: User;
  namespace: string;
  /** The file, or 'in-cluster': for messages. */
  source: string;
}

const ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

/**
 * The given file; else the files of KUBECONFIG (the first mention of a name wins, as with kubectl); else ~/.kube/config; else the pod's
 * service account. Throws KUBE_CONFIG_INVALID.
 */
export function loadKubeconfig(options: { kubeconfigPath?: string; context?: string }): Kubeconfig {
  const named = options.kubeconfigPath ? [options.kubeconfigPath] : (process.env['KUBECONFIG'] ?? '').split(path.delimiter).filter(Boolean);
  const home = path.join(homedir(), '.kube', 'config');
  const files = named.length > 0 ? named : existsSync(home) ? [home] : [];
  if (files.length > 0) return fromFiles(files, options.context);
  const inCluster = fromServiceAccount();
  if (inCluster) return inCluster;
  throw invalid(
    'There is no kubeconfig: KUBECONFIG is not set and ~/.kube/config does not exist.',
    'Name one with --kubeconfig or KUBECONFIG.',
  );
}

function fromFiles(files: string[], wanted: string | undefined): Kubeconfig {
  const source = files.join(path.delimiter);
  const clusters: Cluster[] = [];
  const users: User[] = [];
  const contexts: Context[] = [];
  let current = wanted;
  for (const file of files) {
    const content = readYaml(file);
    const root = path.dirname(path.resolve(file));
    try {
      clusters.push(...newClusters(content['clusters']).map((c) => ({ ...c, caFile: absolute(root, c.caFile) })));
      users.push(...newUsers(content['users']).map((u) => absoluteUser(root, u)));
      contexts.push(...newContexts(content['contexts']));
    } catch (error) {
      throw invalid(`The kubeconfig ${file} is incomplete: ${error instanceof Error ? error.message : String(error)}.`, undefined, error);
    }
    current ||= typeof content['current-context'] === 'string' ? content['current-context'] : undefined;
  }
  if (!current)
    throw invalid(`The kubeconfig ${source} has no current context.`, 'Choose one with --context or "kubectl config use-context".');
  const context = contexts.find((c) => c.name === current);
  if (!context)
    throw invalid(`The kubeconfig ${source} has no context "${current}".`, `It has: ${contexts.map((c) => c.name).join(', ') || 'none'}.`);
  const cluster = clusters.find((c) => c.name === context.cluster);
  if (!cluster) throw invalid(`The context "${current}" of ${source} names a cluster "${context.cluster}" that is not there.`);
  const user = users.find((u) => u.name === context.user);
  if (!user && context.user) throw invalid(`The context "${current}" of ${source} names a user "${context.user}" that is not there.`);
  return { cluster, user: user ?? { name: 'anonymous' }, namespace: context.namespace || 'default', source };
}

function fromServiceAccount(): Kubeconfig | undefined {
  const host = process.env['KUBERNETES_SERVICE_HOST'];
  const port = process.env['KUBERNETES_SERVICE_PORT'] ?? '443';
  const tokenFile = `${ACCOUNT}/token`;
  if (!host || !existsSync(tokenFile)) return undefined;
  const address = host.includes(':') ? `[${host}]` : host;
  const namespaceFile = `${ACCOUNT}/namespace`;
  return {
    cluster: { name: 'in-cluster', server: `https://${address}:${port}`, caFile: `${ACCOUNT}/ca.crt`, skipTLSVerify: false },
    user: { name: 'service-account', authProvider: { name: 'tokenFile', config: { tokenFile } } },
    namespace: existsSync(namespaceFile) ? readFileSync(namespaceFile, 'utf8').trim() : 'default',
    source: 'in-cluster',
  };
}

function readYaml(file: string): Record<string, unknown> {
  let content: unknown;
  try {
    content = parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw invalid(`The kubeconfig ${file} cannot be read.`, undefined, error);
  }
  if (typeof content !== 'object' || content === null) throw invalid(`The kubeconfig ${file} is empty.`);
  return { ...content };
}

function absoluteUser(root: string, user: User): User {
  const tokenFile: unknown = user.authProvider?.config?.tokenFile;
  const made: User = { ...user, certFile: absolute(root, user.certFile), keyFile: absolute(root, user.keyFile) };
  if (typeof tokenFile !== 'string') return made;
  return { ...made, authProvider: { ...user.authProvider, config: { ...user.authProvider.config, tokenFile: absolute(root, tokenFile) } } };
}

function absolute(root: string, file: string | undefined): string | undefined {
  return file ? path.resolve(root, file) : undefined;
}

function invalid(message: string, remedy?: string, cause?: unknown): TidegateError {
  return new TidegateError(codes.KUBE_CONFIG_INVALID, message, { remedy, cause });
}
