import { request } from 'undici';

const AT_ONCE = 2;

/** People who ask again as soon as they are answered. Resolves with the way to send them home, which waits for their last answers. */
export async function visit(url: string): Promise<() => Promise<void>> {
  const ask = async (): Promise<void> => (await request(url)).body.dump();
  await ask();
  let leaving = false;
  const visitors = Promise.allSettled(
    Array.from({ length: AT_ONCE }, async () => {
      while (!leaving) await ask();
    }),
  );
  return async () => {
    leaving = true;
    const failed = (await visitors).find((v) => v.status === 'rejected');
    if (failed) throw new Error(`A visitor of ${url} got no answer`, { cause: failed.reason });
  };
}
