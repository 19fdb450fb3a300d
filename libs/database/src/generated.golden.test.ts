import { readFileSync } from 'node:fs';
import { readMigrations } from './migrate.js';

const read = (file: string): string => readFileSync(new URL(file, import.meta.url), 'utf8');
/** Layout is prisma's own business; words are what must agree. */
const words = (schema: string): string => schema.replace(/\/\/.*$/gm, '').replace(/\s+/g, ' ').trim();

it('the generated client is that of the schema: after a change, npm run generate in tools/prisma', () => {
  const inline = /"inlineSchema": ("(?:[^"\\]|\\.)*")/.exec(read('./generated/internal/class.ts'));
  expect(words(JSON.parse(inline?.[1] ?? '""') as string)).toBe(words(read('../prisma/schema.prisma')));
});

it('the migrations make each table and column of the schema', async () => {
  const sql = (await readMigrations()).map((m) => m.sql).join('\n');
  const schema = read('../prisma/schema.prisma');
  const mapped = [...schema.matchAll(/@@?map\("(\w+)"\)/g)].map((m) => m[1]);
  expect(mapped.length).toBeGreaterThan(20);
  expect(mapped.filter((name) => !sql.includes(`"${name}"`))).toEqual([]);
});
