import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';

const LARGEST_BYTES = 250_000;
const folder = path.resolve(import.meta.dirname, '..');

interface Chunk {
  file: string;
  isEntry?: boolean;
  imports?: string[];
}

/** The built console, in a folder of its own. */
function build(into: string): Map<string, Chunk> {
  const vite = path.resolve(folder, '..', '..', 'node_modules', 'vite', 'bin', 'vite.js');
  const words = [vite, 'build', '--outDir', into, '--manifest', '--logLevel', 'error'];
  const { status, stderr } = spawnSync(process.execPath, words, { cwd: folder, encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const manifest = JSON.parse(readFileSync(path.join(into, '.vite', 'manifest.json'), 'utf8')) as Record<string, Chunk>;
  return new Map(Object.entries(manifest));
}

/** What the browser loads before the first page can be drawn: the entry, and whatever it imports, and so on. */
function initial(chunks: Map<string, Chunk>): string[] {
  const files = new Set<string>();
  const follow = (chunk: Chunk | undefined): void => {
    if (!chunk || files.has(chunk.file)) return;
    files.add(chunk.file);
    chunk.imports?.forEach((name) => follow(chunks.get(name)));
  };
  [...chunks.values()].filter((c) => c.isEntry).forEach(follow);
  return [...files];
}

describe('the bundle', () => {
  let into = '';
  let texts: Buffer[] = [];
  beforeAll(() => {
    into = mkdtempSync(path.join(tmpdir(), 'tidegate-bundle-'));
    texts = initial(build(into)).map((file) => readFileSync(path.join(into, file)));
  }, 120_000);
  afterAll(() => rmSync(into, { recursive: true, force: true }));

  it(`begins with at most ${LARGEST_BYTES} bytes of JavaScript, compressed`, () => {
    const bytes = texts.reduce((sum, text) => sum + gzipSync(text).length, 0);
    expect(bytes).toBeGreaterThan(50_000);
    expect(bytes).toBeLessThanOrEqual(LARGEST_BYTES);
  });

  it.each([
    { part: 'the layout of graphs', word: 'elk.algorithm' },
    { part: 'terminals', word: 'xterm-' },
    { part: 'the editor', word: 'cm-content' },
    { part: 'charts', word: 'u-cursor' },
  ])('leaves $part for the pages that need it', ({ word }) => {
    expect(texts.some((text) => text.includes(word))).toBe(false);
  });
});
