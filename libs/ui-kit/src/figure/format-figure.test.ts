import { makeFigures } from './format-figure';

const figures = makeFigures('en');
const NOW = Date.parse('2026-01-02T00:00:00Z');

it.each([
  { name: 'a small share keeps its digits', got: figures.share(0.00123), is: '0.12 %' },
  { name: 'a whole share', got: figures.share(1), is: '100 %' },
  { name: 'no share', got: figures.share(null), is: '–' },
  { name: 'a short time', got: figures.ms(4.37), is: '4.37 ms' },
  { name: 'a long time', got: figures.ms(12_340), is: '12.3 s' },
  { name: 'a rate of thousands', got: figures.perSecond(1234.5), is: '1,235/s' },
  { name: 'nothing of bytes', got: figures.bytes(0), is: '0 B' },
  { name: 'mebibytes', got: figures.bytes(180 * 1024 * 1024), is: '180 MiB' },
  { name: 'a part of a core', got: figures.cores(0.25), is: '250 m' },
  { name: 'cores', got: figures.cores(2.5), is: '2.5' },
  { name: 'seconds ago', got: figures.ago('2026-01-01T23:59:48Z', NOW), is: '12s ago' },
  { name: 'days ago', got: figures.ago('2025-12-30T00:00:00Z', NOW), is: '3d ago' },
  { name: 'what is yet to come counts as now', got: figures.ago('2026-01-03T00:00:00Z', NOW), is: '0s ago' },
  { name: 'how long', got: figures.lasted(3_725_000), is: '1 h 2 min' },
])('$name', ({ got, is }) => expect(got).toBe(is));
