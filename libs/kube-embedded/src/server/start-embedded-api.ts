import { chmodSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Clock, Logger } from '@tidegate/kernel';
import type { Transport } from '@tidegate/kube';
import { stringify } from 'yaml';
import { ApiError, badRequest, notFound } from '../api/api-error.js';
import type { ApiHooks, SpecialAnswer, SpecialRequest } from '../api/api-options.js';
import { CrdLifecycle } from '../api/crd-lifecycle.js';
import { KubernetesApi } from '../api/kubernetes-api.js';
import { timestamp } from '../api/object-metadata.js';
import { QuotaBooks } from '../api/quota-books.js';
import { Registry } from '../api/registry.js';
import { ServiceAccountTokens } from '../auth/authenticate.js';
import { openAuthority } from '../auth/certificates.js';
import type { UserInfo } from '../auth/rbac.js';
import { builtinResources } from '../resources/builtin-resources.js';
import { ObjectStore } from '../store/object-store.js';
import { bootstrap } from './bootstrap.js';
import { expireEvents } from './expire-events.js';
import { serveHttps } from './https-server.js';
import { InProcessTransport } from './in-process-transport.js';

export interface EmbeddedApiOptions {
  /** Folder of mode 0700 for the store and the keys. */
  dir: string;
  host?: string;
  /** 0 for any free port. */
  port: number;
  clock: Clock;
  log: Logger;
  hooks?: ApiHooks;
  /** Namespaces that are there from the start; default: Kubernetes' own and the platform's. */
  namespaces?: readonly string[];
  /** Changes remembered per resource, for watches that resume and lists in chunks. */
  historyLimit?: number;
}

export interface EmbeddedApi {
  url: string;
  port: number;
  caPem: string;
  /** A kubeconfig with a client certificate of its own for this user; keep it to mode 0600. */
  issueKubeconfig(user: string, groups: readonly string[]): Promise<string>;
  /** Calls as this user without a network. Groups decide the rights; `system:masters` has all. */
  transport(user: string, groups: readonly string[]): Transport;
  stop(): Promise<void>;
}

/** The embedded cluster's Kubernetes API. Resolves once it answers on HTTPS. Throws what the store and the port throw. */
export async function startEmbeddedApi(options: EmbeddedApiOptions): Promise<EmbeddedApi> {
  const { dir, clock, log } = options;
  const host = options.host ?? '127.0.0.1';
  const pki = path.join(dir, 'pki');
  mkdirSync(pki, { recursive: true, mode: 0o700 });
  chmodSync(pki, 0o700);
  const authority = await openAuthority(pki, clock.now());
  const store = await ObjectStore.open({
    dir: path.join(dir, 'store'),
    log,
    ...(options.historyLimit === undefined ? {} : { historyLimit: options.historyLimit }),
  });
  try {
    const registry = new Registry(builtinResources());
    const tokens = new ServiceAccountTokens(
      pki,
      () => clock.now(),
      (namespace, name) => store.get('/serviceaccounts', `${namespace}/${name}`)?.metadata?.uid,
    );
    const hooks: ApiHooks = {
      ...options.hooks,
      special: { '/serviceaccounts/token': (request) => requestToken(tokens, request), ...options.hooks?.special },
    };
    const quotas = new QuotaBooks(store, registry, log);
    const context = { store, registry, quotas, clock, log, hooks };
    let port = options.port;
    const api = new KubernetesApi(context, { address: () => `${host}:${port}`, authenticateToken: (token) => tokens.read(token) });
    const crds = new CrdLifecycle(context);
    await bootstrap(store, clock, options.namespaces);
    const certificate = await authority.issueServer('kube-apiserver', [
      'localhost',
      host,
      '127.0.0.1',
      'kubernetes',
      'kubernetes.default',
      'kubernetes.default.svc',
    ]);
    const server = await serveHttps({
      host,
      port,
      certificate,
      caPem: authority.certificatePem,
      api,
      store,
      authenticateToken: (token) => tokens.read(token),
      log,
    });
    port = server.port;
    const url = `https://${host}:${port}`;
    const stopExpiring = expireEvents(store, clock, log);
    let stopped: Promise<void> | undefined;
    return {
      url,
      port,
      caPem: authority.certificatePem,
      issueKubeconfig: async (user, groups) => kubeconfig(url, authority.certificatePem, user, await authority.issueClient(user, groups)),
      transport: (user, groups) => new InProcessTransport(api, userInfo(user, groups), user),
      stop: () => {
        stopExpiring();
        quotas.stop();
        return (stopped ??= stopAll(crds, server, store));
      },
    };
  } catch (error) {
    await store.close();
    throw error;
  }
}

async function stopAll(crds: CrdLifecycle, server: { stop(): Promise<void> }, store: ObjectStore): Promise<void> {
  crds.stop();
  await server.stop();
  await store.close();
}

function userInfo(name: string, groups: readonly string[]): UserInfo {
  return { name, groups: [...groups, 'system:authenticated'] };
}

function kubeconfig(server: string, caPem: string, user: string, pair: { certificatePem: string; keyPem: string }): string {
  const base64 = (text: string): string => Buffer.from(text).toString('base64');
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'tidegate',
    clusters: [{ name: 'tidegate', cluster: { server, 'certificate-authority-data': base64(caPem) } }],
    contexts: [{ name: 'tidegate', context: { cluster: 'tidegate', user } }],
    users: [{ name: user, user: { 'client-certificate-data': base64(pair.certificatePem), 'client-key-data': base64(pair.keyPem) } }],
  });
}

function requestToken(tokens: ServiceAccountTokens, request: SpecialRequest): Promise<SpecialAnswer> {
  const { object, namespace, name, definition, body } = request;
  if (request.method !== 'POST')
    return Promise.reject(new ApiError(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource'));
  if (!object?.metadata?.uid || namespace === undefined) return Promise.reject(notFound(definition, name));
  const spec = (body as { spec?: { expirationSeconds?: number; audiences?: string[] } } | undefined)?.spec ?? {};
  if (spec.expirationSeconds !== undefined && !(spec.expirationSeconds >= 600)) {
    return Promise.reject(
      badRequest(
        'TokenRequest.authentication.k8s.io "" is invalid: spec.expirationSeconds: Invalid value: may not specify a duration less than 10 minutes',
      ),
    );
  }
  const { token, expiresAtMs } = tokens.issue(namespace, name, object.metadata.uid, spec.expirationSeconds);
  return Promise.resolve({
    status: 201,
    body: {
      kind: 'TokenRequest',
      apiVersion: 'authentication.k8s.io/v1',
      metadata: { name, namespace },
      spec,
      status: { token, expirationTimestamp: timestamp(expiresAtMs) },
    },
  });
}
