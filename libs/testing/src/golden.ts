import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * The text of a golden file, to compare `actual` with. With UPDATE_GOLDEN=1 the file is written first; a missing file fails with the way to
 * make it.
 */
export function golden(file: string, actual: string): string {
  if (process.env['UPDATE_GOLDEN'] === '1') {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, actual);
  }
  if (!existsSync(file)) throw new Error(`${file} is missing: run the test with UPDATE_GOLDEN=1 and read what it wrote`);
  return readFileSync(file, 'utf8');
}
