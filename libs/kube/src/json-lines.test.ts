import fc from 'fast-check';
import { jsonLines } from './json-lines.js';

async function* chunksOf(bytes: Buffer, cuts: number[]): AsyncGenerator<Buffer> {
  let from = 0;
  for (const cut of [...cuts.map((c) => c % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]) {
    yield bytes.subarray(from, cut);
    from = cut;
  }
}

describe('jsonLines', () => {
  it('gives the same lines however the bytes are cut', async () => {
    const line = fc.string({ unit: 'binary', minLength: 1 }).map((s) => JSON.stringify(s));
    await fc.assert(
      fc.asyncProperty(fc.array(line), fc.array(fc.nat()), async (lines, cuts) => {
        const got: string[] = [];
        for await (const l of jsonLines(chunksOf(Buffer.from(lines.map((l) => `${l}\n`).join('')), cuts))) got.push(l);
        expect(got).toEqual(lines);
      }),
    );
  });
  it('throws a cut frame away', async () => {
    const got: string[] = [];
    for await (const l of jsonLines(chunksOf(Buffer.from('{"a":1}\n\n{"b'), []))) got.push(l);
    expect(got).toEqual(['{"a":1}']);
  });
});
