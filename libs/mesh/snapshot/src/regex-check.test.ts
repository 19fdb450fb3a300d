import { quoteRegex, regexAccepts, regexProblem } from './regex-check.js';

describe('regexProblem', () => {
  it.each(['/v[0-9]+', '(?i)abc', '(?P<name>x)', '\\d+\\.\\w', 'a\\\\1', '[\\]]', 'a{3,}', '\\\\i', '\\-\\/'])('takes %s', (source) => {
    expect(regexProblem(source)).toBeUndefined();
  });
  it.each(['(?=x)', '(?!x)', '(?<=x)', '(a)\\1', '(', '[z-a]', '(?>a)', '', '\\u0041', '\\i', '[^]', '[]', 'a{1001}', 'a{1,2000}'])(
    'refuses %s',
    (source) => {
      expect(regexProblem(source)).toEqual(expect.any(String));
    },
  );
});

describe('regexAccepts', () => {
  it('tests the whole text', () => {
    expect(regexAccepts('a|b', 'ab')).toBe(false);
    expect(regexAccepts('(?i)AB', 'ab')).toBe(true);
  });
  it('takes quoted text as it is', () => {
    expect(regexAccepts(quoteRegex('/a.b+(c)'), '/a.b+(c)')).toBe(true);
  });
});
