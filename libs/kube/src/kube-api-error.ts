import { TidegateError, defineErrors } from '@tidegate/kernel';

export const codes = defineErrors({
  KUBE_API_REFUSED: 'The Kubernetes API answered a call with an error status.',
  KUBE_UNREACHABLE: 'No answer came from the Kubernetes API.',
  KUBE_CONFIG_INVALID: 'A kubeconfig is missing, unreadable or incomplete.',
  KUBE_INFORMER_STOPPED: 'A cache was stopped before its first listing was complete.',
  KUBE_INDEX_TAKEN: 'Two users of a shared cache gave different indexes the same name.',
  KUBE_INDEX_UNKNOWN: 'A cache was asked for an index that it does not keep.',
  KUBE_LIST_UNFINISHED: 'A listing in chunks expired again and again before its last chunk.',
  KUBE_SCHEMA_UNSTRUCTURED: 'A zod schema says something that a structural OpenAPI schema cannot.',
  KUBE_MANIFEST_INVALID: 'A manifest is not valid YAML or not a Kubernetes object.',
  KUBE_KIND_UNKNOWN: 'A manifest names a kind that the cluster does not serve.',
  KUBE_NOT_ESTABLISHED: 'A CustomResourceDefinition was not served in time.',
});

export interface StatusCause {
  reason?: string;
  message?: string;
  field?: string;
}

export interface StatusDetails {
  name?: string;
  group?: string;
  kind?: string;
  uid?: string;
  causes?: StatusCause[];
  retryAfterSeconds?: number;
}

/** metav1.Status, the API's own form of an error. */
export interface Status {
  kind?: string;
  apiVersion?: string;
  status?: string;
  message?: string;
  reason?: string;
  code?: number;
  details?: StatusDetails;
}

/** The API answered, and refused. `status` is the HTTP code, `reason` metav1's word (NotFound, Conflict, AlreadyExists, Expired, Invalid). */
export class KubeApiError extends TidegateError {
  readonly status: number;
  readonly reason: string;
  readonly details: StatusDetails | undefined;
  constructor(status: number, body: unknown, call = '') {
    const answer = toStatus(body);
    const said = answer.message ?? (typeof body === 'string' && body.length > 0 ? body.slice(0, 500).trim() : `HTTP status ${status}`);
    super(codes.KUBE_API_REFUSED, said, call === '' ? {} : { cause: new Error(call) });
    this.name = 'KubeApiError';
    this.status = status;
    this.reason = answer.reason ?? '';
    this.details = answer.details;
  }
}

export function toStatus(body: unknown): Status {
  return typeof body === 'object' && body !== null ? body : {};
}

export const isNotFound = (e: unknown): e is KubeApiError => e instanceof KubeApiError && e.status === 404;
export const isAlreadyExists = (e: unknown): e is KubeApiError =>
  e instanceof KubeApiError && e.status === 409 && e.reason === 'AlreadyExists';
/** Somebody else wrote first: read again, decide again. */
export const isConflict = (e: unknown): e is KubeApiError => e instanceof KubeApiError && e.status === 409 && e.reason !== 'AlreadyExists';
/** The resource version is too old: list again. */
export const isGone = (e: unknown): e is KubeApiError => e instanceof KubeApiError && e.status === 410;
export const isInvalid = (e: unknown): e is KubeApiError => e instanceof KubeApiError && e.status === 422;
export const isForbidden = (e: unknown): e is KubeApiError => e instanceof KubeApiError && e.status === 403;
