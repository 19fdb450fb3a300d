import { parseLabelSelector } from './label-selector.js';

const matches = (selector: string, labels: Record<string, string>): boolean => parseLabelSelector(selector).every((test) => test(labels));

it.each([
  { selector: '', labels: {}, expected: true },
  { selector: 'a=b', labels: { a: 'b' }, expected: true },
  { selector: 'a==b, c!=d', labels: { a: 'b', c: 'x' }, expected: true },
  { selector: 'a!=b', labels: {}, expected: true },
  { selector: 'a=', labels: { a: '' }, expected: true },
  { selector: 'a in (b, c)', labels: { a: 'c' }, expected: true },
  { selector: 'a in ()', labels: { a: '' }, expected: true },
  { selector: 'a in (b,)', labels: { a: '' }, expected: true },
  { selector: 'a notin (b)', labels: {}, expected: true },
  { selector: 'a notin (b)', labels: { a: 'b' }, expected: false },
  { selector: 'a', labels: { a: 'x' }, expected: true },
  { selector: '!a', labels: { a: 'x' }, expected: false },
  { selector: 'n>3', labels: { n: '10' }, expected: true },
  { selector: 'n<3', labels: { n: 'x' }, expected: false },
  { selector: 'in=notin', labels: { in: 'notin' }, expected: true },
  { selector: 'example.com/a=b', labels: { 'example.com/a': 'b' }, expected: true },
] as { selector: string; labels: Record<string, string>; expected: boolean }[])(
  '$selector on $labels is $expected',
  ({ selector, labels, expected }) => expect(matches(selector, labels)).toBe(expected),
);

it.each([
  { selector: 'app in', message: "unable to parse requirement: found '' expected: '('" },
  { selector: 'a=b=c', message: "found '=', expected: ',' or 'end of string'" },
  { selector: 'app in (a', message: "unable to parse requirement: found '', expected: ',' or ')'" },
  { selector: '=x', message: "found '=', expected: !, identifier, or 'end of string'" },
  { selector: 'app=!', message: "unable to parse requirement: found '!', expected: identifier" },
  { selector: 'bad key=1', message: "unable to parse requirement: found 'key', expected: in, notin, =, ==, !=, gt, lt" },
  { selector: 'a,', message: "found '', expected: identifier after ','" },
])('$selector is refused in the words of Kubernetes', ({ selector, message }) =>
  expect(() => parseLabelSelector(selector)).toThrow(new Error(message)),
);
