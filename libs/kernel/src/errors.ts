/**
 * Error codes are `<CAPABILITY>_<FINDING>`, for example `DEL_ROUTE_HOST_TAKEN`. Each capability defines its own
 * with `defineErrors`; the message is the outer sentence for the user, `remedy` says how to mend it, `cause` is for the log.
 */
export class TidegateError extends Error {
  readonly code: string;
  readonly remedy: string | undefined;
  constructor(code: string, message: string, options: { remedy?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'TidegateError';
    this.code = code;
    this.remedy = options.remedy;
  }
}

const registry = new Map<string, string>();

/** Registers codes with one line of meaning each, and refuses a code that exists: one finding, one code. */
export function defineErrors<const T extends Record<string, string>>(meanings: T): { [K in keyof T]: K } {
  for (const [code, meaning] of Object.entries(meanings)) {
    if (!/^[A-Z]+(_[A-Z0-9]+)+$/.test(code)) throw new Error(`error code ${code} is not of the form CAPABILITY_FINDING`);
    if (registry.has(code) && registry.get(code) !== meaning) throw new Error(`error code ${code} is defined twice`);
    registry.set(code, meaning);
  }
  return Object.fromEntries(Object.keys(meanings).map((k) => [k, k])) as { [K in keyof T]: K };
}

export function errorMeanings(): ReadonlyMap<string, string> {
  return registry;
}

/** What a person reads: the sentence and its remedy, never a stack. */
export function toUserText(error: unknown): string {
  if (error instanceof TidegateError) return error.remedy ? `${error.message}\n  ${error.remedy}` : error.message;
  return error instanceof Error ? error.message : String(error);
}

/** The whole chain of causes in one line, for logs. */
export function causeChain(error: unknown): string {
  const parts: string[] = [];
  for (let e: unknown = error; e !== undefined && parts.length < 10; e = e instanceof Error ? e.cause : undefined) {
    parts.push(e instanceof Error ? e.message : String(e));
  }
  return parts.join(': ');
}
