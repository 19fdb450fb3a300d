import { copyFileSync, statSync, truncateSync } from 'node:fs';

const LIMIT_BYTES = 20 * 1024 * 1024;

/**
 * Moves a long log aside and goes on in the same file: writers hold it open for appending, so their next line starts the
 * emptied file. A part's logs take about twice the limit at most.
 */
export function rotateLog(file: string): void {
  try {
    if (statSync(file).size <= LIMIT_BYTES) return;
    copyFileSync(file, `${file}.1`);
    truncateSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
