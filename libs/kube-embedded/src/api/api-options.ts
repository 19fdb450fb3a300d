import type { Clock, Logger } from '@tidegate/kernel';
import type { KubeObject } from '@tidegate/kube';
import type { UserInfo } from '../auth/rbac.js';
import type { ResourceDefinition } from '../resources/resource-definition.js';
import type { ObjectStore } from '../store/object-store.js';
import type { StreamSession } from '../streaming/stream-session.js';
import type { ResolveService } from '../webhooks/call-webhook.js';
import type { UsageSource } from './metrics-answers.js';
import type { QuotaBooks } from './quota-books.js';
import type { Registry } from './registry.js';

/** A subresource that is answered by somebody else than the generic code: pod logs, evictions, tokens. */
export interface SpecialRequest {
  definition: ResourceDefinition;
  namespace: string | undefined;
  name: string;
  subresource: string;
  method: string;
  query: Readonly<Record<string, string>>;
  body: unknown;
  user: UserInfo;
  object: KubeObject | undefined;
  signal: AbortSignal;
}

export type SpecialAnswer = { status: number; body: unknown } | { status: number; text: AsyncIterable<string> };

/** A subresource that is a connection of streams in both directions: exec, attach, port-forward. */
export interface StreamRequest {
  namespace: string | undefined;
  name: string;
  /** Words like `command` come more than once. */
  parameters: URLSearchParams;
  object: KubeObject;
}

/** A pod or Service behind which a program is asked over HTTP. */
export interface ProxyRequest {
  object: KubeObject;
  /** The name with its port, as it was asked for. */
  id: string;
  /** A number, a name, or empty. */
  port: string;
}

/** What the embedded cluster adds to the generic API. All optional: without it the API stands alone. */
export interface ApiHooks {
  /** In place, before validation: fills what the cluster gives (cluster IPs, node names). Throws ApiError. */
  allocate?(definition: ResourceDefinition, object: KubeObject, previous: KubeObject | undefined): void;
  /** Keyed `group/plural/subresource`, e.g. `/pods/log`. */
  special?: Readonly<Record<string, (request: SpecialRequest) => Promise<SpecialAnswer>>>;
  /** Keyed like `special`, e.g. `/pods/exec`. Throws ApiError when there is nothing to connect to. */
  streams?: Readonly<Record<string, (request: StreamRequest) => StreamSession>>;
  /** Keyed like `special`: `/pods/proxy` and `/services/proxy`. Where the program listens; throws ApiError when nobody does. */
  proxies?: Readonly<Record<string, (request: ProxyRequest) => { host: string; port: number }>>;
  /** What metrics.k8s.io tells; without it that group does not exist. */
  usage?: UsageSource;
  /** Pods get their ServiceAccount and its token, as somebody makes the accounts. */
  givesAccounts?: boolean;
  /** Where a Service listens, for webhooks. */
  resolveService?: ResolveService;
}

export interface ApiContext {
  store: ObjectStore;
  registry: Registry;
  quotas: QuotaBooks;
  clock: Clock;
  log: Logger;
  hooks: ApiHooks;
}

/** Parameters of a write that come from the query or from DeleteOptions. */
export interface WriteOptions {
  user: UserInfo;
  fieldManager: string;
  dryRun: boolean;
  fieldValidation: 'Ignore' | 'Warn' | 'Strict';
  /** Sentences for Warning headers are added here. */
  warnings: string[];
}
