/** Expressions of CEL (github.com/google/cel-spec), macros already recognised. `at` is the place in the text, for messages. */
export type Expr =
  | { kind: 'literal'; at: number; value: Literal }
  | { kind: 'name'; at: number; name: string }
  /** `a.b`, `a.?b` and, as a test, `has(a.b)`. */
  | { kind: 'select'; at: number; of: Expr; field: string; optional: boolean; test: boolean }
  | { kind: 'call'; at: number; name: string; target: Expr | undefined; args: Expr[] }
  | { kind: 'list'; at: number; items: { value: Expr; optional: boolean }[] }
  | { kind: 'map'; at: number; entries: { key: Expr; value: Expr; optional: boolean }[] }
  /** `T{field: value}`, for the objects of MutatingAdmissionPolicies. */
  | { kind: 'struct'; at: number; type: string; fields: { name: string; value: Expr; optional: boolean }[] }
  | { kind: 'loop'; at: number; macro: LoopMacro; over: Expr; names: string[]; body: Expr[] }
  | { kind: 'bind'; at: number; name: string; value: Expr; body: Expr }
  /** optMap and optFlatMap. */
  | { kind: 'optionalMap'; at: number; of: Expr; name: string; body: Expr; flat: boolean };

export type LoopMacro = 'all' | 'exists' | 'exists_one' | 'map' | 'filter' | 'transformList' | 'transformMap' | 'transformMapEntry';

export type Literal =
  | { type: 'null' }
  | { type: 'bool'; value: boolean }
  | { type: 'int'; value: bigint }
  | { type: 'uint'; value: bigint }
  | { type: 'double'; value: number }
  | { type: 'string'; value: string }
  | { type: 'bytes'; value: Uint8Array };

/** A text that is no expression, or one whose types do not fit. */
export class CelSyntaxError extends Error {
  constructor(
    readonly at: number,
    message: string,
  ) {
    super(message);
  }
}

/** `ERROR: <input>:1:6: undefined field 'x'` with the line below it, as cel-go prints problems. */
export function problemText(text: string, problems: readonly CelSyntaxError[]): string {
  return problems
    .map(({ at, message }) => {
      const before = text.slice(0, at);
      const line = before.split('\n').length;
      const column = at - (before.lastIndexOf('\n') + 1);
      const shown = text.split('\n')[line - 1] ?? '';
      return `ERROR: <input>:${line}:${column + 1}: ${message}\n | ${shown}\n | ${'.'.repeat(column)}^`;
    })
    .join('\n');
}
