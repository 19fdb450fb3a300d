/**
 * How a client reaches a Kubernetes API: over HTTPS (`connect`), or in process (the embedded cluster hands one out).
 * Paths are Kubernetes' own, e.g. /apis/apps/v1/namespaces/shop/deployments/reviews.
 */
export interface ApiRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: string;
  query?: Record<string, string>;
  /** For PATCH: application/json-patch+json, application/merge-patch+json, application/strategic-merge-patch+json, application/apply-patch+yaml. */
  contentType?: string;
  /** The form of the answer; default application/json. */
  accept?: string;
  body?: unknown;
  /** As whom the call is made; the own identity needs the verb `impersonate`. */
  impersonate?: Person;
  signal?: AbortSignal;
}

/** Somebody as Kubernetes knows him. */
export interface Person {
  user: string;
  groups: readonly string[];
}

export interface ApiResponse {
  status: number;
  /** The parsed JSON answer: an object, a list, or a Status. */
  body: unknown;
}

export interface WatchFrame {
  type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  /** The object, or a Status for ERROR. Never changed after it was handed out. */
  object: unknown;
}

export interface Transport {
  /** One call; rejects only when no answer came (connection, TLS, abort), never for a status code. */
  call(request: ApiRequest): Promise<ApiResponse>;
  /** A watch: `path` of a collection, query with watch=true already set. Ends when the server ends it; a refused watch yields one ERROR frame. */
  watch(request: ApiRequest): AsyncIterable<WatchFrame>;
  /** Text stream, for pod logs. */
  text(request: ApiRequest): AsyncIterable<string>;
}

/** The same connections, with every call made as `person`. */
export const impersonating = (inner: Transport, person: Person): Transport => ({
  call: (request) => inner.call({ ...request, impersonate: person }),
  watch: (request) => inner.watch({ ...request, impersonate: person }),
  text: (request) => inner.text({ ...request, impersonate: person }),
});
