interface Revision {
  name: string;
  percent: number | null;
  tags: readonly string[];
}

interface Target {
  revision: string;
  percent: number;
  tag?: string;
}

/** Revisions that one looks at at once: those with traffic, and the newest ones. The API takes 20 targets. */
const MOST_SHOWN = 8;

/** Newest first, as the API tells them; every one that has traffic or a tag, and newer ones up to the bound. */
export function splittable<R extends Revision>(revisions: readonly R[]): R[] {
  const used = revisions.filter((r) => (r.percent ?? 0) > 0 || r.tags.length > 0);
  const room = Math.max(0, MOST_SHOWN - used.length);
  const others = new Set(revisions.filter((r) => !used.includes(r)).slice(0, room));
  return revisions.filter((r) => used.includes(r) || others.has(r));
}

/** What the API is told: every share above zero, and every tag, since a tag that is not named is taken away. */
export function toTargets(revisions: readonly Revision[], percents: ReadonlyMap<string, number>): Target[] {
  return revisions.flatMap(({ name, tags }): Target[] => {
    const percent = percents.get(name) ?? 0;
    const [first, ...more] = tags;
    if (first === undefined) return percent > 0 ? [{ revision: name, percent }] : [];
    return [{ revision: name, percent, tag: first }, ...more.map((tag) => ({ revision: name, percent: 0, tag }))];
  });
}
