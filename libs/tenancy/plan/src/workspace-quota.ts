import { type Amounts, add, amountsText, exceeded, greatest, pick } from '@tidegate/kube/quota';
import type { WorkspaceQuotaStatus } from '@tidegate/tenancy-contract';

/** The book of a workspace: what is taken of its quota, by what is there and by what was let through and may still be on its way. */
export type Book = WorkspaceQuotaStatus;

/**
 * How long something that was let through may take until it is counted where it is. Kubernetes counts a new object before it answers; a cache hears of it
 * within a second.
 */
export const SETTLE_SECONDS = 5;

export type Reservation = { refused: string } | { book: Book };

/**
 * Takes `wanted` of the quota `hard`. `book` is what is taken so far; undefined while nobody has counted. Names that the quota does not limit are not looked at.
 * The sentence is Kubernetes' own for a namespace's quota.
 */
export function reserve(workspace: string, hard: Amounts, book: Book | undefined, wanted: Amounts, now: number): Reservation {
  const asked = pick(wanted, Object.keys(hard));
  if (Object.keys(asked).length === 0) return { book: book ?? { used: {}, recent: [] } };
  const uncounted = Object.keys(asked).find((name) => book?.used[name] === undefined);
  if (!book || uncounted !== undefined) return { refused: `the quota of workspace ${workspace} is being counted (${uncounted}): try again in a few seconds` };
  const used = add(book.used, asked);
  const over = exceeded(pick(used, Object.keys(asked)), hard);
  if (over.length > 0) {
    const text = (amounts: Amounts): string => amountsText(pick(amounts, over));
    return { refused: `exceeded quota: workspace ${workspace}, requested: ${text(asked)}, used: ${text(book.used)}, limited: ${text(hard)}` };
  }
  const second = secondOf(now);
  const recent = settling(book, now);
  const last = recent.at(-1);
  const grown = last?.second === second ? [...recent.slice(0, -1), { second, amounts: add(last.amounts, asked) }] : [...recent, { second, amounts: asked }];
  return { book: { used, recent: grown } };
}

/**
 * The book after a count of what is there (`counted`: for every name of the quota). It never goes below what is counted, and goes down only to what is counted and still
 * settling: an object that was let through a moment ago may not be in the count yet.
 */
export function settle(hard: Amounts, book: Book | undefined, counted: Amounts, now: number): Book {
  const names = Object.keys(hard);
  const zero = Object.fromEntries(names.map((name) => [name, '0']));
  const there = { ...zero, ...pick(counted, names) };
  const recent = settling(book, now);
  const atMost = recent.reduce((sum, { amounts }) => add(sum, pick(amounts, names)), there);
  const known = book?.used ?? {};
  // A name that is new in the quota has no book yet.
  const kept = Object.fromEntries(names.map((name) => [name, lesser(known[name] ?? there[name] ?? '0', atMost[name] ?? '0')]));
  return { used: greatest(there, kept), recent };
}

/** When the book can go down next; undefined when nothing is settling. */
export function settlesInMs(book: Book, now: number): number | undefined {
  const [first] = settling(book, now);
  return first === undefined ? undefined : Math.max(100, (first.second + SETTLE_SECONDS + 1) * 1000 - now);
}

const secondOf = (now: number): number => Math.floor(now / 1000);
const settling = (book: Book | undefined, now: number): Book['recent'] => (book?.recent ?? []).filter(({ second }) => second + SETTLE_SECONDS >= secondOf(now));
const lesser = (a: string, b: string): string => (exceeded({ x: a }, { x: b }).length > 0 ? b : a);
