import { TidegateError, causeChain, defineErrors, errorMeanings, toUserText } from './errors.js';

describe('errors', () => {
  const codes = defineErrors({ TEST_FIRST: 'A test failed first.' });
  it('registers codes once', () => {
    expect(codes.TEST_FIRST).toBe('TEST_FIRST');
    expect(errorMeanings().get('TEST_FIRST')).toBe('A test failed first.');
    expect(() => defineErrors({ TEST_FIRST: 'Something else.' })).toThrow('defined twice');
    expect(() => defineErrors({ lower: 'x' })).toThrow('CAPABILITY_FINDING');
  });
  it('gives people the sentence and the remedy, and logs the causes', () => {
    const error = new TidegateError(codes.TEST_FIRST, 'It broke.', {
      remedy: 'Mend it.',
      cause: new Error('inner', { cause: 'innermost' }),
    });
    expect(toUserText(error)).toBe('It broke.\n  Mend it.');
    expect(causeChain(error)).toBe('It broke.: inner: innermost');
    expect(toUserText('text')).toBe('text');
  });
  it('does not follow a circle of causes', () => {
    const error = new Error('round');
    error.cause = error;
    expect(causeChain(error).split('round')).toHaveLength(11);
  });
});
