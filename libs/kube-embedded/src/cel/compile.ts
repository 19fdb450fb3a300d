import { type Checked, checkCel, type Declarations } from './check.js';
import { type Program, programOf } from './evaluate.js';
import { parseCel } from './parse.js';
import { CelSyntaxError, type Expr, problemText } from './syntax.js';
import { type CelType, typeText } from './types.js';

export interface Compiled {
  text: string;
  expr: Expr;
  checked: Checked;
  run: Program;
}

export type Compilation = { ok: true; compiled: Compiled } | { ok: false; problem: string };

/** `wanted`: the types that the result may have, e.g. bool; dyn is none of them, as in Kubernetes. The problem begins with `compilation failed:` where cel-go found it. */
export function compileCel(text: string, declarations: Declarations, ...wanted: CelType[]): Compilation {
  try {
    const expr = parseCel(text);
    const checked = checkCel(expr, declarations);
    if (checked.problems.length > 0) return { ok: false, problem: `compilation failed: ${problemText(text, checked.problems)}` };
    const found = typeText(checked.type);
    if (wanted.length > 0 && !wanted.some((type) => typeText(type) === found)) {
      const [only] = wanted;
      const which = wanted.length === 1 && only ? typeText(only) : `one of [${wanted.map(typeText).join(' ')}]`;
      return { ok: false, problem: `must evaluate to ${which} but got ${found}` };
    }
    return { ok: true, compiled: { text, expr, checked, run: programOf(expr, checked) } };
  } catch (error) {
    if (!(error instanceof CelSyntaxError)) throw error;
    return { ok: false, problem: `compilation failed: ${problemText(text, [error])}` };
  }
}
