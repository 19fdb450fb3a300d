/** What went wrong, in the API's words. */
export interface Problem {
  sentence: string;
  /** How to mend it. */
  remedy?: string | undefined;
  code?: string | undefined;
  /** Sentences by the input's field, such as `name` or `members.0.role`. */
  fields: Readonly<Record<string, string>>;
}

/** What errors of every transport have in common: GraphQL's, and those of signing in. */
interface ErrorLike {
  graphQLErrors: readonly { message: string; extensions: Readonly<Record<string, unknown>> }[];
}

/** The one place that turns errors of the API into sentences. */
export function toProblem(error: ErrorLike, silent: string): Problem {
  const [first] = error.graphQLErrors;
  if (!first) return { sentence: silent, code: 'AWAY', fields: {} };
  const fields: Record<string, string> = {};
  for (const { message, extensions } of error.graphQLErrors) {
    const found = fieldOf(extensions['field']);
    if (found !== undefined) fields[found] ??= message;
  }
  return {
    sentence: [...new Set(error.graphQLErrors.map((e) => e.message))].join(' '),
    remedy: textOf(first.extensions['remedy']),
    code: textOf(first.extensions['code']),
    fields,
  };
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** The API names fields from the document's root: `input.name`. Forms know them from the input. */
function fieldOf(value: unknown): string | undefined {
  return textOf(value)?.replace(/^input\./, '');
}
