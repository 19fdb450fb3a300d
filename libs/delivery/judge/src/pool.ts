/** A principal-only second: [second, requests, bad per metric...]. */
export type PooledSecond = number[];

/**
 * Adds the principal's counts of this second to those that waited for the candidate's next request, at most
 * `windowSeconds` long. With candidate requests the ring empties into the block; without, the second joins the ring.
 * Changes `ring`; the returned counts are zero while nothing can be compared.
 */
export function pool(
  ring: PooledSecond[],
  windowSeconds: number,
  second: number,
  nc: number,
  nb: number,
  bad: readonly number[],
): { nb: number; bad: number[] } {
  while (ring.length > 0 && ((ring[0] as PooledSecond)[0] as number) <= second - windowSeconds) ring.shift();
  if (nc === 0) {
    if (nb > 0) ring.push([second, nb, ...bad]);
    return { nb: 0, bad: bad.map(() => 0) };
  }
  const sums = bad.slice();
  let requests = nb;
  for (const waiting of ring) {
    requests += waiting[1] as number;
    for (let i = 0; i < sums.length; i++) sums[i] = (sums[i] as number) + (waiting[i + 2] ?? 0);
  }
  ring.length = 0;
  return { nb: requests, bad: sums };
}
