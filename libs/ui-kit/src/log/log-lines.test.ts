import { findLines, keepLines, toneOfLine } from './log-lines';

const lines = ['GET /a 200', 'error: no such file', 'get /b 503'].map((text, id) => ({ id, text }));

it('keeps the newest within the bound', () => expect(keepLines(lines, [{ id: 3, text: 'x' }], 2).map((l) => l.id)).toEqual([2, 3]));
it.each([
  { name: 'whatever the case', words: ' GET ', ids: [0, 2] },
  { name: 'no words find all', words: ' ', ids: [0, 1, 2] },
  { name: 'nothing', words: 'post', ids: [] },
])('finds: $name', ({ words, ids }) => expect(findLines(lines, words).map((l) => l.id)).toEqual(ids));
it.each([
  { text: 'ERROR could not', tone: 'bad' },
  { text: '{"level":50,"msg":"x"}', tone: 'bad' },
  { text: '{"level":"warn"}', tone: 'wait' },
  { text: 'terrorform', tone: undefined },
  { text: 'all is well', tone: undefined },
])('$text', ({ text, tone }) => expect(toneOfLine(text)).toBe(tone));
