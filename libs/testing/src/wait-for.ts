/**
 * Waits until `look` gives something else than undefined, null or false, and answers it. Looks after every turn of the event loop at first,
 * then each 20 ms; fails after `deadlineMs` (default 10 s) with `what` was missing and the last error, if looking threw.
 */
export async function waitFor<T>(
  what: string,
  look: () => T | undefined | null | false | Promise<T | undefined | null | false>,
  deadlineMs = 10_000,
): Promise<T> {
  const end = performance.now() + deadlineMs;
  let last: unknown;
  for (let round = 0; ; round++) {
    try {
      const found = await look();
      if (found !== undefined && found !== null && found !== false) return found;
      last = undefined;
    } catch (error) {
      last = error;
    }
    if (performance.now() > end)
      throw new Error(`still missing after ${deadlineMs} ms: ${what}`, last === undefined ? undefined : { cause: last });
    await new Promise((resolve) => (round < 50 ? setImmediate(resolve) : setTimeout(resolve, 20)));
  }
}
