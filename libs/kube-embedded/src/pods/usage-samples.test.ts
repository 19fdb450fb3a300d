import { ManualClock } from '@tidegate/kernel';
import { UsageSamples } from './usage-samples.js';

it('gives the rate over the last samples, and since its start for what is younger', () => {
  const clock = new ManualClock(0);
  let used = 0;
  const reading = () => ({ key: 'old', cpuSeconds: used, startedAt: 0 });
  const samples = new UsageSamples(clock, () => [reading()]);
  samples.start();
  used = 30;
  clock.advance(15_000);
  used = 31.5;
  clock.advance(15_000);
  used = 33;
  clock.advance(15_000);
  // 1.5 s of CPU in each of the last windows; the busy beginning is forgotten.
  expect(samples.rate(reading())).toEqual({ cores: 0.1, windowSeconds: 15 });
  used = 33.5;
  clock.advance(5000);
  expect(samples.rate(reading())).toEqual({ cores: 0.1, windowSeconds: 20 });
  expect(samples.rate({ key: 'young', cpuSeconds: 1, startedAt: 46_000 })).toEqual({ cores: 0.25, windowSeconds: 4 });
  samples.stop();
});
