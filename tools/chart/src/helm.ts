import { spawnSync } from 'node:child_process';

/** Helm as TIDEGATE_HELM names it, or as PATH has it; undefined when there is none. */
export function findHelm(env: Readonly<Record<string, string | undefined>> = process.env): string | undefined {
  const program = env['TIDEGATE_HELM'] ?? 'helm';
  return spawnSync(program, ['version', '--short'], { stdio: 'ignore' }).status === 0 ? program : undefined;
}
