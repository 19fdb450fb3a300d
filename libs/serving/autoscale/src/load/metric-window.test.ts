import { MetricWindow, smoothingCoefficient } from './metric-window.js';

const T = 1_700_000_000;

function filled(seconds: number, values: readonly number[]): MetricWindow {
  const window = new MetricWindow(seconds);
  values.forEach((value, i) => window.record(T + i, value));
  return window;
}

it.each([
  [6, 0.784557],
  [30, 0.264358],
  [40, 0.205672],
  [60, 0.2],
  [100, 0.2],
])('weights of a window of %d s decay by %d', (seconds, coefficient) => {
  expect(smoothingCoefficient(seconds)).toBeCloseTo(coefficient, 6);
});

describe('linear', () => {
  it.each<{ name: string; seconds: number; values: number[]; at: number; average: number }>([
    { name: 'a full window', seconds: 5, values: [1, 2, 3, 4, 5], at: 4, average: 3 },
    { name: 'after two seconds of silence', seconds: 5, values: [1, 2, 3, 4, 5], at: 6, average: 4 },
    { name: 'one value alone', seconds: 60, values: [7], at: 0, average: 7 },
    { name: 'a part of the window', seconds: 60, values: [10, 20], at: 1, average: 15 },
    { name: 'older values are gone', seconds: 2, values: [100, 1, 3], at: 2, average: 2 },
    { name: 'a silence as long as the window', seconds: 5, values: [1, 2, 3, 4, 5], at: 9, average: 0 },
    { name: 'one second less of silence', seconds: 5, values: [1, 2, 3, 4, 5], at: 8, average: 5 },
    { name: 'the clock has gone back', seconds: 5, values: [1, 2, 3, 4, 5], at: 0, average: 3 },
    { name: 'a third, to six digits', seconds: 3, values: [1, 0, 0], at: 2, average: 0.333333 },
  ])('$name', ({ seconds, values, at, average }) => {
    expect(filled(seconds, values).average(T + at, 'linear')).toBe(average);
  });

  it('takes skipped seconds for 0', () => {
    const window = new MetricWindow(5);
    window.record(T, 6);
    window.record(T + 2, 3);
    expect(window.average(T + 2, 'linear')).toBe(3);
  });

  it('begins anew after a window without values', () => {
    const window = filled(3, [9, 9, 9]);
    window.record(T + 5, 3);
    expect(window.average(T + 5, 'linear')).toBe(3);
    window.record(T + 6, 5);
    expect(window.average(T + 6, 'linear')).toBe(4);
  });

  it('adds late values to their own second, and drops those that are too late', () => {
    const window = filled(3, [1, 1, 1]);
    window.record(T, 3);
    expect(window.average(T + 2, 'linear')).toBe(2);
    window.record(T - 1, 100);
    expect(window.average(T + 2, 'linear')).toBe(2);
  });

  it('counts a late second before the first one', () => {
    const window = new MetricWindow(5);
    window.record(T, 4);
    window.record(T - 1, 2);
    expect(window.average(T, 'linear')).toBe(3);
  });
});

describe('weighted', () => {
  it.each([
    { name: 'a full window', values: [2, 3, 4, 5, 6], at: 4, average: 5.81158 },
    { name: 'nothing', values: [], at: 4, average: 0 },
  ])('$name', ({ values, at, average }) => {
    expect(filled(5, values).average(T + at, 'weighted-exponential')).toBeCloseTo(average, 6);
  });

  it('decays in silence', () => {
    const window = filled(5, [2, 3, 4, 5, 6]);
    const decay = smoothingCoefficient(5);
    const [three, four, five, six] = [3, 4, 5, 6].map((v, i) => v * decay * (1 - decay) ** (4 - i));
    expect(window.average(T + 5, 'weighted-exponential')).toBeCloseTo((three ?? 0) + (four ?? 0) + (five ?? 0) + (six ?? 0), 9);
    expect(window.average(T + 9, 'weighted-exponential')).toBe(0);
  });
});

it('is empty before the first value and after a window without one', () => {
  const window = new MetricWindow(6);
  expect(window.isEmpty(T)).toBe(true);
  window.record(T, 0);
  expect(window.isEmpty(T + 6)).toBe(false);
  expect(window.isEmpty(T + 7)).toBe(true);
});

it.each([
  { name: 'shorter', from: 5, to: 2, values: [1, 2, 3, 4, 5], average: 4.5 },
  { name: 'longer', from: 2, to: 5, values: [1, 2, 3], average: 2.5 },
  { name: 'of a part', from: 60, to: 30, values: [4, 8], average: 6 },
])('keeps the newest values when it becomes $name', ({ from, to, values, average }) => {
  const window = filled(from, values);
  window.resize(to);
  expect(window.average(T + values.length - 1, 'linear')).toBe(average);
});
