import { tideArea, tideLine, weightAt } from './tide-shape';

const scale = { from: 0, to: 1000, width: 100, height: 50 };
const points = [
  { at: 0, weight: 0 },
  { at: 200, weight: 20 },
  { at: 210, weight: 60 },
  { at: 950, weight: 100 },
];

it('is level between changes, and a rise never reaches into the next change nor beyond the end', () => {
  expect(tideLine(points, scale)).toBe('M0 50 H20 C20.5 50 20.5 40 21 40 H21 C28 40 28 20 35 20 H95 C97.5 20 97.5 0 100 0 H100');
});
it('encloses the water', () => expect(tideArea(points, scale)).toMatch(/^M0 50 .* V50 H0 Z$/));
it.each([
  { name: 'nothing happened yet', got: tideLine([], scale), is: '' },
  { name: 'no water without a line', got: tideArea([], scale), is: '' },
  { name: 'one point is a level line', got: tideLine([{ at: 500, weight: 50 }], scale), is: 'M50 25 H100' },
  { name: 'no time has passed', got: tideLine([{ at: 0, weight: 50 }], { ...scale, to: 0 }), is: 'M0 25 H0' },
  { name: 'before the first point', got: weightAt(points, -1), is: 0 },
  { name: 'at a change', got: weightAt(points, 200), is: 20 },
  { name: 'after the last', got: weightAt(points, 5000), is: 100 },
])('$name', ({ got, is }) => expect(got).toBe(is));
