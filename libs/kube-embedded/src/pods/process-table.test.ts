import { parseProcess, readProcess } from './process-table.js';

it('finds the columns behind a name that tries to look like columns', () => {
  const stat = '77 (a) b) S 1 77 76 0 -1 4194560 1 0 0 0 150 50 0 0 20 0 7 0 987654 1 1 1';
  expect(parseProcess(77, stat, ['1000', '300', '100'])).toEqual({
    pid: 77,
    session: 76,
    startTicks: 987654,
    cpuTicks: 200,
    ownBytes: 200 * 4096,
  });
});

it('reads this very process', () => {
  const own = readProcess(process.pid);
  expect(own?.ownBytes).toBeGreaterThan(1_000_000);
  expect(own?.startTicks).toBeGreaterThan(0);
  expect(readProcess(2 ** 22 + 1)).toBeUndefined();
});
