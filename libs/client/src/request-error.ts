/** One thing that the API refused, as it came. */
export interface Problem {
  message: string;
  path?: readonly (string | number)[];
  extensions?: Readonly<Record<string, unknown>>;
}

export interface FieldProblem {
  /** Path of a field of the input, or of the Kubernetes object. */
  field: string;
  message: string;
}

export interface ErrorDetails {
  /** What to do about it, where that is known. */
  remedy?: string | undefined;
  /** Fields that are wrong, each with why. */
  fields?: readonly FieldProblem[];
  /** Where in the document. */
  path?: readonly (string | number)[] | undefined;
  /** All that was wrong; the error itself speaks of the first. */
  problems?: readonly Problem[];
  cause?: unknown;
}

/** The API refused, or could not be asked. `message` is a sentence for people; `code` is for programs. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
  readonly remedy: string | undefined;
  readonly fields: readonly FieldProblem[];
  readonly path: readonly (string | number)[] | undefined;
  readonly problems: readonly Problem[];

  constructor(
    /** Of the API (API_FORBIDDEN, ...), or CLIENT_UNREACHABLE, CLIENT_TIMED_OUT, CLIENT_ANSWER_UNKNOWN, CLIENT_OPTIONS_INVALID, CLIENT_DISCONNECTED. */
    readonly code: string,
    message: string,
    { remedy, fields = [], path, problems = [], cause }: ErrorDetails = {},
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.remedy = remedy;
    this.fields = fields;
    this.path = path;
    this.problems = problems;
  }
}

/** From what the API answers with; undefined when the list is empty. */
export function toRequestError(problems: readonly Problem[]): RequestError | undefined {
  const [first] = problems;
  if (!first) return undefined;
  const { code, remedy, field, fields } = first.extensions ?? {};
  return new RequestError(textOf(code) ?? 'API_REQUEST_INVALID', first.message, {
    remedy: textOf(remedy),
    fields: fieldsOf(fields) ?? (typeof field === 'string' ? [{ field, message: first.message }] : []),
    path: first.path,
    problems,
  });
}

/** The problems of a body that says so in GraphQL's way; undefined when it is anything else. */
export function problemsOf(errors: unknown): readonly Problem[] | undefined {
  return Array.isArray(errors) && errors.every(isProblem) ? errors : undefined;
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
const isProblem = (value: unknown): value is Problem => isObject(value) && typeof value['message'] === 'string';
const isFieldProblem = (value: unknown): value is FieldProblem => isProblem(value) && typeof (value as { field?: unknown }).field === 'string';
const fieldsOf = (value: unknown): readonly FieldProblem[] | undefined => (Array.isArray(value) ? value.filter(isFieldProblem) : undefined);
