import { en } from './en';
import { zh } from './zh';

type Words = { [key: string]: string | Words };

function leaves(words: Words, above = ''): [string, string][] {
  return Object.entries(words).flatMap(([key, value]): [string, string][] =>
    typeof value === 'string' ? [[`${above}${key}`, value]] : leaves(value, `${above}${key}.`),
  );
}

const blanks = (text: string): string[] => (text.match(/\{\{\w+\}\}/g) ?? []).sort();
const chinese = new Map(leaves(zh));

it.each(leaves(en).map(([key, text]) => ({ key, text })))('$key has the same blanks in both languages, and words', ({ key, text }) => {
  const other = chinese.get(key) ?? '';
  expect(other.trim()).not.toBe('');
  expect(blanks(other)).toEqual(blanks(text));
});
