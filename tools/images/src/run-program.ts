import { spawnSync } from 'node:child_process';
import { TidegateError } from '@tidegate/kernel';
import { codes } from './errors.js';

const OUTPUT_LIMIT_BYTES = 64 * 1024 * 1024;

/** Runs a program without a shell and answers its output. Throws IMG_PROGRAM_MISSING or IMG_PROGRAM_FAILED with the end of what it said. */
export function runProgram(program: string, args: readonly string[], options: { cwd?: string } = {}): string {
  const done = spawnSync(program, args, { ...options, encoding: 'utf8', maxBuffer: OUTPUT_LIMIT_BYTES });
  if (done.error) {
    throw new TidegateError(codes.IMG_PROGRAM_MISSING, `${program} cannot be run.`, {
      remedy: 'Images are built on Debian or the like with the packages buildah, dpkg and apt.',
      cause: done.error,
    });
  }
  if (done.status === 0) return done.stdout;
  throw new TidegateError(codes.IMG_PROGRAM_FAILED, `${program} ${args[0] ?? ''} failed: ${done.stderr.trim().slice(-2_000)}`);
}
