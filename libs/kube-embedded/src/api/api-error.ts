import type { FieldError, ResourceDefinition } from '../resources/resource-definition.js';

export interface StatusDetails {
  name?: string;
  group?: string;
  kind?: string;
  uid?: string;
  causes?: { reason?: string; message?: string; field?: string }[];
  retryAfterSeconds?: number;
}

type Named = Pick<ResourceDefinition, 'group' | 'plural'>;

/** An answer that is not a success, with Kubernetes' own status code, reason and message. */
export class ApiError extends Error {
  constructor(
    readonly code: number,
    readonly reason: string,
    message: string,
    readonly details?: StatusDetails,
    readonly metadata: { continue?: string } = {},
  ) {
    super(message);
  }

  toStatus(): Record<string, unknown> {
    return {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: this.metadata,
      status: 'Failure',
      message: this.message,
      ...(this.reason ? { reason: this.reason } : {}),
      ...(this.details ? { details: this.details } : {}),
      code: this.code,
    };
  }
}

/** `deployments.apps`, or `pods` for the core group. */
export function qualified({ group, plural }: Named): string {
  return group === '' ? plural : `${plural}.${group}`;
}

const detailsOf = ({ group, plural }: Named, name: string): StatusDetails => ({
  ...(name ? { name } : {}),
  ...(group ? { group } : {}),
  kind: plural,
});

export const notFound = (of: Named, name: string): ApiError =>
  new ApiError(404, 'NotFound', `${qualified(of)} "${name}" not found`, detailsOf(of, name));
export const alreadyExists = (of: Named, name: string): ApiError =>
  new ApiError(409, 'AlreadyExists', `${qualified(of)} "${name}" already exists`, detailsOf(of, name));
export const badRequest = (message: string): ApiError => new ApiError(400, 'BadRequest', message);
export const pathNotFound = (): ApiError => new ApiError(404, 'NotFound', 'the server could not find the requested resource', {});
export const methodNotAllowed = (): ApiError =>
  new ApiError(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', {});
/** Faults of a request that Kubernetes answers without a reason. */
export const unexplained = (message: string): ApiError => new ApiError(500, '', message);
export const unsupportedBody = (accepted: string): ApiError =>
  new ApiError(415, 'UnsupportedMediaType', `the body of the request was in an unknown format - accepted media types include: ${accepted}`);
export const expired = (message: string): ApiError => new ApiError(410, 'Expired', message);
export const unauthorized = (): ApiError => new ApiError(401, 'Unauthorized', 'Unauthorized');

/** Options of a request are objects of their own: CreateOptions, PatchOptions, ListOptions, DeleteOptions of meta.k8s.io. */
export const invalidOptions = (kind: string, ...errors: FieldError[]): ApiError => invalid({ group: 'meta.k8s.io', kind }, '', errors);

export function conflict(
  of: Named,
  name: string,
  because = 'the object has been modified; please apply your changes to the latest version and try again',
): ApiError {
  return new ApiError(409, 'Conflict', `Operation cannot be fulfilled on ${qualified(of)} "${name}": ${because}`, detailsOf(of, name));
}

/** The name is taken by an object that waits for its finalizers. */
export const stillThere = (of: Named, name: string): ApiError =>
  new ApiError(409, 'AlreadyExists', `object is being deleted: ${qualified(of)} "${name}" already exists`, detailsOf(of, name));

export function forbidden(of: Named, name: string, because: string): ApiError {
  const what = name ? `${qualified(of)} "${name}"` : qualified(of);
  return new ApiError(403, 'Forbidden', `${what} is forbidden: ${because}`, detailsOf(of, name));
}

/** `of` names the resource in `details` where Kubernetes does not name the kind. Several causes are listed in brackets, as Kubernetes' aggregate errors are. */
export function invalid(
  definition: Pick<ResourceDefinition, 'group' | 'kind'>,
  name: string,
  errors: readonly FieldError[],
  of?: Named,
): ApiError {
  const texts = [...new Set(errors.map((e) => `${e.field}: ${e.message}`))];
  const text = texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`;
  const kind = definition.group ? `${definition.kind}.${definition.group}` : definition.kind;
  return new ApiError(422, 'Invalid', `${kind} "${name}" is invalid: ${text}`, {
    ...(name ? { name } : {}),
    ...((of ?? definition).group ? { group: (of ?? definition).group } : {}),
    ...((of?.plural ?? definition.kind) ? { kind: of?.plural ?? definition.kind } : {}),
    causes: errors.map((e) => ({ reason: e.reason, message: e.message, field: e.field })),
  });
}
