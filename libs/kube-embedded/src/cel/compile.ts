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

/** `wanted`: the type that the result must have, e.g. bool; dyn is let through. The problem begins with `compilation failed:` where cel-go found it. */
export function compileCel(text: string, declarations: Declarations, ...wanted: CelType[]): Compilation {
  try {
    const expr = parseCel(text);
    const checked = checkCel(expr, declarations);
    if (checked.problems.length > 0) return { ok: false, problem: `compilation failed: ${problemText(text, checked.problems)}` };
    const fitsOne = checked.type.kind === 'dyn' || wanted.length === 0 || wanted.some((type) => typeText(type) === typeText(checked.type));
    if (!fitsOne) return { ok: false, problem: `must evaluate to ${wanted.map(typeText).join(' or ')}` };
    return { ok: true, compiled: { text, expr, checked, run: programOf(expr, checked) } };
  } catch (error) {
    if (!(error instanceof CelSyntaxError)) throw error;
    return { ok: false, problem: `compilation failed: ${problemText(text, [error])}` };
  }
}
