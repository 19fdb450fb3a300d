export interface ObjectName {
  /** Empty for the core group. */
  group: string;
  kind: string;
  name: string;
}

const SHOWN = 20;

/** `Deployment.apps`, `Service`: as kubectl writes them. */
export const kindText = ({ group, kind }: Pick<ObjectName, 'group' | 'kind'>): string => (group === '' ? kind : `${kind}.${group}`);

/** The first of `count` objects, and how many more there are. */
export function namesText(names: readonly ObjectName[], count: number): string {
  const shown = names.slice(0, SHOWN).map((n) => `${kindText(n)} ${n.name}`);
  return `${shown.join(', ')}${count > shown.length ? ` and ${count - shown.length} more` : ''}`;
}
