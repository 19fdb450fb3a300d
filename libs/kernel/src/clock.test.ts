import { ManualClock, pause, systemClock } from './clock.js';

describe('ManualClock', () => {
  it('runs due timers in order of their time, also those that timers set', () => {
    const clock = new ManualClock(1000);
    const seen: string[] = [];
    clock.after(20, () => seen.push(`b@${clock.now()}`));
    clock.after(10, () => {
      seen.push(`a@${clock.now()}`);
      clock.after(5, () => seen.push(`c@${clock.now()}`));
    });
    clock.after(31, () => seen.push('late'));
    clock.advance(30);
    expect(seen).toEqual(['a@1010', 'c@1015', 'b@1020']);
    expect(clock.monotonic()).toBe(1030);
  });
  it('cancels', () => {
    const clock = new ManualClock();
    let ran = false;
    clock.after(5, () => (ran = true))();
    clock.advance(10);
    expect(ran).toBe(false);
  });
});

describe('pause', () => {
  it('rejects with the reason of its signal, before and while it waits', async () => {
    const abort = new AbortController();
    const waiting = pause(60_000, abort.signal);
    abort.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    await expect(pause(60_000, abort.signal)).rejects.toThrow('enough');
    await expect(pause(0)).resolves.toBeUndefined();
  });
});

describe('systemClock', () => {
  it('runs what it was told, and not what was cancelled', async () => {
    const seen: string[] = [];
    systemClock.after(0, () => seen.push('no'))();
    await new Promise<void>((resolve) => void systemClock.after(1, resolve));
    expect(seen).toEqual([]);
  });
});
