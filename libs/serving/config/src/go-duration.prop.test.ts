import fc from 'fast-check';
import { formatGoDuration, parseGoDuration } from './go-duration.js';
import { formatGoFloat, goQuote, parseGoBool, parseGoFloat, parseGoInt } from './go-values.js';

describe('Go durations', () => {
  it.each<[string, number, string]>([
    ['0', 0, '0s'],
    ['-0', 0, '0s'],
    ['5s', 5_000, '5s'],
    ['1h30m', 5_400_000, '1h30m0s'],
    ['1.5h', 5_400_000, '1h30m0s'],
    ['-1m23s', -83_000, '-1m23s'],
    ['+2m', 120_000, '2m0s'],
    ['61984ms', 61_984, '1m1.984s'],
    ['.5s', 500, '500ms'],
    ['1.s', 1_000, '1s'],
    ['100us', 0.1, '100µs'],
    ['100µs', 0.1, '100µs'],
    ['1μs', 0.001, '1µs'],
    ['15ns', 0.000015, '15ns'],
    ['1s1ns', 1_000.000001, '1.000000001s'],
    ['1m1h', 3_660_000, '1h1m0s'],
    ['100h', 360_000_000, '100h0m0s'],
  ])('%s is %d ms, printed %s', (text, ms, printed) => {
    expect(parseGoDuration(text)).toEqual({ ok: true, value: ms });
    expect(formatGoDuration(ms)).toBe(printed);
  });

  it.each([
    ['', 'time: invalid duration ""'],
    ['-', 'time: invalid duration "-"'],
    ['s', 'time: invalid duration "s"'],
    ['.s', 'time: invalid duration ".s"'],
    ['1', 'time: missing unit in duration "1"'],
    ['1.5', 'time: missing unit in duration "1.5"'],
    ['1d', 'time: unknown unit "d" in duration "1d"'],
    ['1s ', 'time: unknown unit "s " in duration "1s "'],
    ['1 s', 'time: unknown unit " s" in duration "1 s"'],
    ['é1', 'time: invalid duration "\\xc3\\xa91"'],
    ['3000000h', 'time: invalid duration "3000000h"'],
  ])('%s is none', (text, error) => {
    expect(parseGoDuration(text)).toEqual({ ok: false, error });
  });

  it('what is printed is read back', () => {
    fc.assert(
      fc.property(fc.integer({ min: -(2 ** 50), max: 2 ** 50 }), (us) => {
        const text = formatGoDuration(us / 1000);
        const read = parseGoDuration(text);
        expect(read.ok && formatGoDuration(read.value)).toBe(text);
      }),
    );
  });

  it('any text gives an answer', () => {
    fc.assert(fc.property(fc.string(), (text) => typeof parseGoDuration(text).ok === 'boolean'));
  });
});

describe('Go values', () => {
  it.each(['1', 't', 'T', 'TRUE', 'true', 'True'])('%s is true', (text) => expect(parseGoBool(text)).toEqual({ ok: true, value: true }));
  it.each(['0', 'f', 'F', 'FALSE', 'false', 'False'])('%s is false', (text) =>
    expect(parseGoBool(text)).toEqual({ ok: true, value: false }),
  );
  it.each(['tRUE', 'yes', '', ' true'])('%j is no truth', (text) => expect(parseGoBool(text).ok).toBe(false));

  it.each<[string, number]>([
    ['1', 1],
    ['+1.5e3', 1500],
    ['.5', 0.5],
    ['5.', 5],
    ['1_000', 1000],
    ['-Inf', -Infinity],
    ['infinity', Infinity],
  ])('%s is the number %d', (text, value) => expect(parseGoFloat(text)).toEqual({ ok: true, value }));
  it.each(['', '.', 'e5', '1e', '0x1p', '_1', '1__0', '1 '])('%j is no number', (text) => expect(parseGoFloat(text).ok).toBe(false));
  it('numbers have a largest', () => {
    expect(parseGoFloat('1e999')).toEqual({ ok: false, error: 'strconv.ParseFloat: parsing "1e999": value out of range' });
    expect(parseGoInt('9223372036854775808', 64)).toEqual({
      ok: false,
      error: 'strconv.ParseInt: parsing "9223372036854775808": value out of range',
    });
    expect(parseGoInt('-2147483648', 32)).toEqual({ ok: true, value: -2_147_483_648 });
  });

  it.each<[number, string]>([
    [0.01, '0.01'],
    [0.00001, '1e-05'],
    [1e21, '1e+21'],
    [1e20, '100000000000000000000'],
    [-5.25, '-5.25'],
  ])('%d is printed %s', (value, text) => expect(formatGoFloat(value)).toBe(text));

  it('quotes', () => expect(goQuote('a"b\\c\n\u0001é')).toBe('"a\\"b\\\\c\\n\\x01é"'));
});
