/** Labels or annotations. */
export type KeyValues = Readonly<Record<string, string>>;

export function without(values: KeyValues | undefined, excluded: (key: string) => boolean): Record<string, string> {
  return Object.fromEntries(Object.entries(values ?? {}).filter(([key]) => !excluded(key)));
}

/** Value of the first key that is there: keys of one meaning, the present spelling before older ones. */
export function firstOf(values: KeyValues | undefined, keys: readonly string[]): string | undefined {
  const key = keys.find((k) => values?.[k] !== undefined);
  return key === undefined ? undefined : values?.[key];
}

/** Names of a list kept in one annotation. */
export function namesIn(annotation: string | undefined): string[] {
  return annotation ? annotation.split(',') : [];
}

export function namesToAnnotation(names: Iterable<string>): string {
  return [...new Set(names)].sort().join(',');
}
