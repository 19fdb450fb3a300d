import type { SignalBatch } from '@tidegate/signals';
import { versionSecond } from '../../test/journey.js';
import { replayRelease } from './replay-release.js';

const START = 1_767_607_200;
function recording(failing: number): SignalBatch[] {
  return Array.from({ length: 120 }, (_, i) => ({
    type: 'second',
    second: START + i,
    versions: [versionSecond('v1', 180, 0, 20, i), versionSecond('v2', 20, failing, 20, i)],
    proxies: { live: 1, total: 1 },
    late: 0,
  }));
}
const spec = {
  service: 'reviews',
  principal: 'v1',
  candidate: 'v2',
  steps: [{ weight: 10, hold: '20s' }],
  analysis: { warmup: '5s', tolerance: { errorRate: 2, latency: 50 } },
};

it.each([
  ['promotes what was good', 0, 'Promoted'],
  ['rolls back what failed', 0.25, 'RolledBack'],
])('%s', (_, failing, phase) => {
  const { status, lines } = replayRelease(spec, recording(failing));
  expect(status.phase).toBe(phase);
  expect(lines.map((l) => l.what)).toContain(phase);
});

it('gives the same answer every time', () => {
  expect(replayRelease(spec, recording(0.01))).toEqual(replayRelease(spec, recording(0.01)));
});

it('waits at the end of a recording that proves nothing', () => {
  expect(replayRelease(spec, recording(0).slice(0, 10)).status).toMatchObject({ phase: 'Progressing', step: 0 });
});
