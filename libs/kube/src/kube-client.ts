import { TidegateError } from '@tidegate/kernel';
import { KubeApiError, codes, isGone } from './kube-api-error.js';
import { apiVersionOf, pathOf, type Kind, type KubeObject } from './kind.js';
import { type ApiRequest, type Person, type Transport, impersonating } from './transport.js';

export interface ListOptions {
  /** All namespaces when absent. */
  namespace?: string;
  labelSelector?: string;
  fieldSelector?: string;
  /** Chunk size; the answer's `continue` asks for the next chunk. */
  limit?: number;
  continue?: string;
  signal?: AbortSignal;
}

export interface ObjectList<T> {
  items: T[];
  resourceVersion: string;
  continue?: string;
}

export interface DeleteOptions {
  /** Preconditions: the delete is refused with a conflict when the object is another one by now. */
  uid?: string;
  resourceVersion?: string;
  propagationPolicy?: 'Foreground' | 'Background' | 'Orphan';
  gracePeriodSeconds?: number;
}

export type PatchBody = { type: 'json'; body: unknown[] } | { type: 'merge' | 'strategic'; body: unknown };

export interface ApplyOptions {
  /** Take fields over from other managers; default true, as a controller owns what it applies. */
  force?: boolean;
  fieldManager?: string;
  subresource?: 'status';
  dryRun?: boolean;
}

const PATCH_TYPES = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
} as const;
/** Only what objects are called and whose they are: no contents leave the server. */
const METADATA_ONLY = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1';
const LIST_CHUNK = 500;
const LIST_RESTARTS = 3;

/** Typed verbs of the Kubernetes API over any Transport. Every refusal is a KubeApiError; no answer at all is KUBE_UNREACHABLE. */
export class KubeClient {
  readonly transport: Transport;
  readonly fieldManager: string;
  constructor(transport: Transport, options: { fieldManager?: string } = {}) {
    this.transport = transport;
    this.fieldManager = options.fieldManager ?? 'tidegate';
  }

  /** Over the same connections, with every call made as `person`. */
  as(person: Person): KubeClient {
    return new KubeClient(impersonating(this.transport, person), { fieldManager: this.fieldManager });
  }

  /** Undefined when there is no such object. */
  async get<T extends KubeObject>(kind: Kind<T>, name: string, namespace?: string): Promise<T | undefined> {
    const request: ApiRequest = { method: 'GET', path: pathOf(kind, namespace, name) };
    const answer = await this.transport.call(request);
    return answer.status === 404 ? undefined : accepted<T>(request, answer);
  }

  list<T extends KubeObject>(kind: Kind<T>, options: ListOptions = {}): Promise<ObjectList<T>> {
    return this.listAs(kind, options);
  }

  /** Objects without their contents. */
  async listMetadata(kind: Kind, options: ListOptions = {}): Promise<ObjectList<KubeObject>> {
    const { items, ...list } = await this.listAs<KubeObject>(kind, options, METADATA_ONLY);
    const apiVersion = apiVersionOf(kind);
    return { ...list, items: items.map((item) => ({ ...item, apiVersion, kind: kind.kind })) };
  }

  private async listAs<T extends KubeObject>(kind: Kind<T>, options: ListOptions, accept?: string): Promise<ObjectList<T>> {
    const query: Record<string, string> = {};
    if (options.labelSelector) query['labelSelector'] = options.labelSelector;
    if (options.fieldSelector) query['fieldSelector'] = options.fieldSelector;
    if (options.limit !== undefined) query['limit'] = String(options.limit);
    if (options.continue) query['continue'] = options.continue;
    const request: ApiRequest = { method: 'GET', path: pathOf(kind, options.namespace), query };
    if (options.signal) request.signal = options.signal;
    if (accept !== undefined) request.accept = accept;
    const body = await this.request<{ items?: T[] | null; metadata?: { resourceVersion?: string; continue?: string } }>(request);
    const apiVersion = apiVersionOf(kind);
    // Kubernetes leaves both out of the items of its own lists; a reader of one object should not care where it came from.
    const items = (body.items ?? []).map((item) => (item.kind === undefined ? { ...item, apiVersion, kind: kind.kind } : item));
    const list: ObjectList<T> = { items, resourceVersion: body.metadata?.resourceVersion ?? '' };
    if (body.metadata?.continue) list.continue = body.metadata.continue;
    return list;
  }

  /** The whole collection, in chunks of 500. Begins again (at most three times) when the listing's snapshot expires on the server. */
  async listAll<T extends KubeObject>(kind: Kind<T>, options: Omit<ListOptions, 'limit' | 'continue'> = {}): Promise<ObjectList<T>> {
    for (let restart = 0; ; restart++) {
      const items: T[] = [];
      try {
        let chunk = await this.list(kind, { ...options, limit: LIST_CHUNK });
        const { resourceVersion } = chunk;
        for (const item of chunk.items) items.push(item);
        while (chunk.continue) {
          chunk = await this.list(kind, { ...options, limit: LIST_CHUNK, continue: chunk.continue });
          for (const item of chunk.items) items.push(item);
        }
        return { items, resourceVersion };
      } catch (error) {
        if (!isGone(error)) throw error;
        if (restart < LIST_RESTARTS) continue;
        throw new TidegateError(
          codes.KUBE_LIST_UNFINISHED,
          `The list of ${kind.plural} expired ${restart + 1} times before it was complete.`,
          {
            remedy: 'The API server is overloaded or compacts its history very often; try again.',
            cause: error,
          },
        );
      }
    }
  }

  create<T extends KubeObject>(kind: Kind<T>, object: T, options: { dryRun?: boolean } = {}): Promise<T> {
    return this.request<T>({
      method: 'POST',
      path: pathOf(kind, object.metadata?.namespace),
      query: { fieldManager: this.fieldManager, ...dryRunQuery(options.dryRun) },
      body: typed(kind, object),
    });
  }

  /** Refused with a conflict when metadata.resourceVersion is set and no longer the newest. */
  replace<T extends KubeObject>(kind: Kind<T>, object: T): Promise<T> {
    return this.put(kind, object);
  }

  replaceStatus<T extends KubeObject>(kind: Kind<T>, object: T): Promise<T> {
    return this.put(kind, object, 'status');
  }

  /** Done when the object is gone or going; one that never was is fine too. */
  async delete(kind: Kind, name: string, namespace?: string, options: DeleteOptions = {}): Promise<void> {
    const { uid, resourceVersion, propagationPolicy, gracePeriodSeconds } = options;
    const body: Record<string, unknown> = { apiVersion: 'v1', kind: 'DeleteOptions' };
    if (uid !== undefined || resourceVersion !== undefined) body['preconditions'] = { uid, resourceVersion };
    if (propagationPolicy !== undefined) body['propagationPolicy'] = propagationPolicy;
    if (gracePeriodSeconds !== undefined) body['gracePeriodSeconds'] = gracePeriodSeconds;
    const request: ApiRequest = { method: 'DELETE', path: pathOf(kind, namespace, name), body };
    const answer = await this.transport.call(request);
    if (answer.status !== 404) accepted(request, answer);
  }

  patch<T extends KubeObject>(
    kind: Kind<T>,
    name: string,
    namespace: string | undefined,
    patch: PatchBody,
    options: { subresource?: string } = {},
  ): Promise<T> {
    return this.request<T>({
      method: 'PATCH',
      path: pathOf(kind, namespace, name, options.subresource),
      query: { fieldManager: this.fieldManager },
      contentType: PATCH_TYPES[patch.type],
      body: patch.body,
    });
  }

  /** Server-side apply: `object` is everything that this field manager wants, and nothing else. */
  apply<T extends KubeObject>(kind: Kind<T>, object: T, options: ApplyOptions = {}): Promise<T> {
    const wanted = typed(kind, object);
    const { managedFields: _, ...metadata } = wanted.metadata ?? {};
    return this.request<T>({
      method: 'PATCH',
      path: pathOf(kind, metadata.namespace, metadata.name ?? '', options.subresource),
      query: {
        fieldManager: options.fieldManager ?? this.fieldManager,
        force: String(options.force ?? true),
        ...dryRunQuery(options.dryRun),
      },
      contentType: 'application/apply-patch+yaml',
      body: { ...wanted, metadata },
    });
  }

  /** Any other call (scale, eviction, discovery). Throws KubeApiError unless the status is 2xx. */
  async request<R>(request: ApiRequest): Promise<R> {
    return accepted<R>(request, await this.transport.call(request));
  }

  private put<T extends KubeObject>(kind: Kind<T>, object: T, subresource?: string): Promise<T> {
    const { namespace, name } = object.metadata ?? {};
    return this.request<T>({
      method: 'PUT',
      path: pathOf(kind, namespace, name ?? '', subresource),
      query: { fieldManager: this.fieldManager },
      body: typed(kind, object),
    });
  }
}

function dryRunQuery(dryRun: boolean | undefined): Record<string, string> {
  return dryRun ? { dryRun: 'All' } : {};
}

function typed<T extends KubeObject>(kind: Kind<T>, object: T): T {
  return { ...object, apiVersion: apiVersionOf(kind), kind: kind.kind };
}

/** The one place where an answer gets its type: the server has validated it against the same schema. */
function accepted<R>(request: ApiRequest, answer: { status: number; body: unknown }): R {
  if (answer.status < 200 || answer.status > 299) throw new KubeApiError(answer.status, answer.body, `${request.method} ${request.path}`);
  return answer.body as R;
}
