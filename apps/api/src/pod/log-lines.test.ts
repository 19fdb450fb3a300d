import { toLogLines } from './log-lines.js';

async function* chunksOf(...chunks: string[]): AsyncGenerator<string> {
  yield* chunks;
}
const texts = async (...chunks: string[]): Promise<string[][]> => {
  const batches: string[][] = [];
  for await (const { lines } of toLogLines(chunksOf(...chunks))) batches.push(lines.map((l) => `${l.at ?? '-'} ${l.text}`));
  return batches;
};

it.each([
  { name: 'whole lines', chunks: ['2026-01-01T00:00:00Z one\n2026-01-01T00:00:01Z two\n'], is: [['2026-01-01T00:00:00Z one', '2026-01-01T00:00:01Z two']] },
  { name: 'a line in pieces', chunks: ['2026-01-01T00:', '00:00Z on', 'e\n'], is: [['2026-01-01T00:00:00Z one']] },
  { name: 'an end without newline', chunks: ['a\nb'], is: [['- a'], ['- b']] },
  { name: 'an empty line', chunks: ['2026-01-01T00:00:00Z \n'], is: [['2026-01-01T00:00:00Z ']] },
])('reads $name', async ({ chunks, is }) => {
  expect(await texts(...chunks)).toEqual(is);
});

it('cuts long lines and batches many', async () => {
  const long = await texts(...Array.from({ length: 10 }, () => 'x'.repeat(10_000)), '\nnext\n');
  expect(long.flat().map((t) => t.length)).toEqual([16_386, 6]);
  expect((await texts('a\n'.repeat(1_200))).map((b) => b.length)).toEqual([500, 500, 200]);
});

it('reads no further than it is asked to', async () => {
  let read = 0;
  async function* endless(): AsyncGenerator<string> {
    for (;;) {
      read += 1;
      yield 'line\n';
    }
  }
  const lines = toLogLines(endless());
  for (let i = 0; i < 3; i++) await lines.next();
  expect(read).toBe(3);
  await lines.return(undefined);
});
