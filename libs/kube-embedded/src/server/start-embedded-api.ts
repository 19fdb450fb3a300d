import { chmodSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Clock, Logger } from '@tidegate/kernel';
import type { Transport } from '@tidegate/kube';
import { stringify } from 'yaml';
import type { ApiContext, ApiHooks, SpecialRequest, WriteOptions } from '../api/api-options.js';
import { bindPod, evictPod } from '../api/evictions.js';
import { CrdLifecycle } from '../api/crd-lifecycle.js';
import { KubernetesApi } from '../api/kubernetes-api.js';
import { QuotaBooks } from '../api/quota-books.js';
import { Registry } from '../api/registry.js';
import { SigningRequests } from '../api/signing-requests.js';
import { requestToken } from '../api/token-requests.js';
import { ServiceAccountTokens } from '../auth/authenticate.js';
import { openAuthority } from '../auth/certificates.js';
import type { UserInfo } from '../auth/rbac.js';
import { builtinResources } from '../resources/builtin-resources.js';
import { isJsonObject, objectAt, textsAt } from '@tidegate/kube/json';
import { ObjectStore } from '../store/object-store.js';
import { openAuditLog } from './audit-log.js';
import { bootstrap } from './bootstrap.js';
import { expireEvents } from './expire-events.js';
import { serveHttps } from './https-server.js';
import { InProcessTransport } from './in-process-transport.js';

export interface EmbeddedApiOptions {
  /** Folder of mode 0700 for the store and the keys. */
  dir: string;
  host?: string;
  /** Addresses and names besides `host` under which clients reach it. */
  names?: readonly string[];
  /** 0 for any free port. */
  port: number;
  clock: Clock;
  log: Logger;
  hooks?: ApiHooks;
  /** Namespaces that are there from the start; default: Kubernetes' own and the platform's. */
  namespaces?: readonly string[];
  /** File to which every request over HTTPS is written; none without it. */
  auditLog?: string | undefined;
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

const BOUND_TO = { ServiceAccount: '/serviceaccounts', Pod: '/pods', Secret: '/secrets', Node: '/nodes' } as const;

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
      (kind, namespace, name) => store.get(BOUND_TO[kind], kind === 'Node' ? name : `${namespace}/${name}`)?.metadata?.uid,
    );
    const quotas = new QuotaBooks(store, registry, log);
    const hooks: ApiHooks = {
      ...options.hooks,
      special: {
        '/serviceaccounts/token': (request) => requestToken(context, tokens, request),
        '/pods/eviction': (request) => evictPod(context, request, writeOptionsFor(request)),
        '/pods/binding': (request) => bindPod(context, request, writeOptionsFor(request)),
        ...options.hooks?.special,
      },
    };
    const context: ApiContext = { store, registry, quotas, clock, log, hooks };
    let port = options.port;
    const api = new KubernetesApi(context, { address: () => `${host}:${port}`, reviewToken: (token, audiences) => tokens.review(token, audiences) });
    const crds = new CrdLifecycle(context);
    const signing = new SigningRequests(context, authority);
    await bootstrap(store, clock, options.namespaces);
    const certificate = await authority.issueServer('kube-apiserver', [
      'localhost',
      host,
      '127.0.0.1',
      'kubernetes',
      'kubernetes.default',
      'kubernetes.default.svc',
      ...(options.names ?? []),
    ]);
    const audit = options.auditLog === undefined ? undefined : openAuditLog(options.auditLog, { clock, log });
    const server = await serveHttps({
      host,
      port,
      certificate,
      caPem: authority.certificatePem,
      api,
      store,
      authenticateToken: (token) => tokens.read(token),
      audit,
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
        signing.stop();
        return (stopped ??= stopAll(crds, server, store).then(() => audit?.close()));
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

function writeOptionsFor({ user, query, body }: SpecialRequest): WriteOptions {
  const asked = query['dryRun'] === 'All' || (isJsonObject(body) && textsAt(objectAt(body, 'deleteOptions'), 'dryRun').includes('All'));
  return { user, fieldManager: '', dryRun: asked, fieldValidation: 'Ignore', warnings: [] };
}
