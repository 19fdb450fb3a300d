import { newerLines } from './newer-lines';

const line = (at: string | null) => ({ at, text: `said ${at}` });

it.each([
  { name: 'the first lines', lines: [line('1'), line('2')], last: '', is: { texts: ['said 1', 'said 2'], last: '2' } },
  { name: 'lines told again', lines: [line('1'), line('2'), line('3')], last: '2', is: { texts: ['said 2', 'said 3'], last: '3' } },
  { name: 'lines without a time', lines: [line(null)], last: '2', is: { texts: ['said null'], last: '2' } },
])('$name', ({ lines, last, is }) => expect(newerLines(lines, last)).toEqual(is));
