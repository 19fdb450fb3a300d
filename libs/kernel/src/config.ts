import { z } from 'zod';
import { TidegateError, defineErrors } from './errors.js';

const codes = defineErrors({ KERNEL_CONFIG_INVALID: 'The configuration of a process has unknown, missing or wrong settings.' });

/**
 * Reads a process's one schema (a strict zod object) and reports every problem together.
 * Throws KERNEL_CONFIG_INVALID with one line per problem.
 */
export function readConfig<S extends z.ZodType>(schema: S, input: unknown, source: string): z.infer<S> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues.map((i) => `  ${i.path.join('.') || '(top)'}: ${i.message}`);
  throw new TidegateError(codes.KERNEL_CONFIG_INVALID, `The configuration in ${source} is not valid:\n${lines.join('\n')}`, {
    remedy: 'Correct the settings named above and start again.',
  });
}
