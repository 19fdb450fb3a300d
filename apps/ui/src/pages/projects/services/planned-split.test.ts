import { splittable, toTargets } from './planned-split';

const revision = (name: string, percent = 0, tags: string[] = []) => ({ name, percent, tags });

it('shows what has traffic or a tag, and the newest ones up to eight', () => {
  const many = Array.from({ length: 20 }, (_, i) => revision(`r${20 - i}`, i === 19 ? 100 : 0, i === 18 ? ['old'] : []));
  expect(splittable(many).map((r) => r.name)).toEqual(['r20', 'r19', 'r18', 'r17', 'r16', 'r15', 'r2', 'r1']);
});

it.each([
  {
    name: 'shares above zero alone',
    revisions: [revision('b'), revision('a', 100)],
    percents: { a: 100, b: 0 },
    is: [{ revision: 'a', percent: 100 }],
  },
  {
    name: 'tags stay, with or without traffic',
    revisions: [revision('b', 0, ['new']), revision('a', 100, ['old', 'safe'])],
    percents: { a: 70, b: 30 },
    is: [
      { revision: 'b', percent: 30, tag: 'new' },
      { revision: 'a', percent: 70, tag: 'old' },
      { revision: 'a', percent: 0, tag: 'safe' },
    ],
  },
])('$name', ({ revisions, percents, is }) => expect(toTargets(revisions, new Map(Object.entries(percents)))).toEqual(is));
