import { readFileSync } from 'node:fs';
import type { RequestOptions } from 'node:https';
import { ExecAuth } from '@kubernetes/client-node/dist/exec_auth.js';
import { FileAuth } from '@kubernetes/client-node/dist/file_auth.js';
import { TidegateError } from '@tidegate/kernel';
import { HttpTransport, type Credentials } from './http-transport.js';
import { codes } from './kube-api-error.js';
import { KubeClient } from './kube-client.js';
import { loadKubeconfig, type Kubeconfig } from './kubeconfig.js';

export interface ConnectOptions {
  kubeconfigPath?: string;
  /** A context of the kubeconfig; its current one when absent. */
  context?: string;
  /** Default 'tidegate'. */
  fieldManager?: string;
}

/**
 * A client over HTTPS (or plain http) with what the kubeconfig says: client certificates, tokens, token files, exec plugins, and the older
 * providers. Makes no call. Throws KUBE_CONFIG_INVALID.
 */
export async function connect(options: ConnectOptions = {}): Promise<KubeClient> {
  const config = loadKubeconfig(options);
  const own = await credentialsOf(config);
  const transport = new HttpTransport({
    server: config.cluster.server,
    credentials: own,
  });
  return new KubeClient(transport, options.fieldManager === undefined ? {} : { fieldManager: options.fieldManager });
}

/** Where the API server is, and what makes it believe us: for those who pass on what others ask. */
export interface RawAccess {
  server: string;
  credentials: () => Promise<Credentials>;
}

/** Throws KUBE_CONFIG_INVALID. */
export async function rawAccess(options: Pick<ConnectOptions, 'kubeconfigPath' | 'context'> = {}): Promise<RawAccess> {
  const config = loadKubeconfig(options);
  return { server: config.cluster.server, credentials: await credentialsOf(config) };
}

async function credentialsOf(config: Kubeconfig): Promise<() => Promise<Credentials>> {
  const { cluster, user } = config;
  const fixed = fixedCredentials(config);
  if (user.token || user.username) return () => Promise.resolve(fixed);
  const provider = [new ExecAuth(), new FileAuth()].find((p) => Boolean(p.isAuthProvider(user)));
  if (provider) return renewed(fixed, (request) => provider.applyAuthentication(user, request));
  if (!user.authProvider) return () => Promise.resolve(fixed);
  // Providers of clouds and OIDC come with the generated client, some 80 MB of it: loaded only by whoever uses one.
  const { KubeConfig } = await import('@kubernetes/client-node');
  const full = new KubeConfig();
  full.loadFromClusterAndUser(cluster, user);
  return renewed(fixed, (request) => full.applyToHTTPSOptions(request));
}

function renewed(fixed: Credentials, authenticate: (request: RequestOptions) => Promise<void>): () => Promise<Credentials> {
  return async () => {
    const request: RequestOptions & { headers: Record<string, string> } = { headers: {} };
    try {
      await authenticate(request);
    } catch (cause) {
      throw new TidegateError(codes.KUBE_CONFIG_INVALID, 'The credentials of the kubeconfig could not be had.', {
        remedy: 'Run its login command once by hand: it says what is missing.',
        cause,
      });
    }
    // Tokens from files end in a line feed, which no header may hold.
    const headers = Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), value.trim()]);
    const tls = { ...fixed.tls };
    if (typeof request.cert === 'string') tls.cert = request.cert;
    if (typeof request.key === 'string') tls.key = request.key;
    return { headers: { ...fixed.headers, ...Object.fromEntries(headers) }, tls };
  };
}

function fixedCredentials({ cluster, user }: Kubeconfig): Credentials {
  const headers: Record<string, string> = {};
  if (user.token) headers['authorization'] = `Bearer ${user.token.trim()}`;
  else if (user.username) headers['authorization'] = `Basic ${Buffer.from(`${user.username}:${user.password ?? ''}`).toString('base64')}`;
  if (user.impersonateUser) headers['impersonate-user'] = user.impersonateUser;
  const tls: Credentials['tls'] = {};
  const ca = material(cluster.caFile, cluster.caData);
  const cert = material(user.certFile, user.certData);
  const key = material(user.keyFile, user.keyData);
  if (ca) tls.ca = ca;
  if (cert) tls.cert = cert;
  if (key) tls.key = key;
  if (cluster.tlsServerName) tls.servername = cluster.tlsServerName;
  if (cluster.skipTLSVerify) tls.rejectUnauthorized = false;
  return { headers, tls };
}

function material(file: string | undefined, data: string | undefined): Buffer | undefined {
  if (data) return Buffer.from(data, 'base64');
  if (!file) return undefined;
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new TidegateError(codes.KUBE_CONFIG_INVALID, `The kubeconfig names ${file}, which cannot be read.`, { cause });
  }
}
