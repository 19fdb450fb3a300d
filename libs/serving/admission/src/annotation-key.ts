/** An annotation under its first spelling that is there. */
export interface FoundAnnotation {
  key: string;
  value: string;
}

export function annotationOf(annotations: ReadonlyMap<string, string>, keys: readonly string[]): FoundAnnotation | undefined {
  const key = keys.find((k) => annotations.has(k));
  return key === undefined ? undefined : { key, value: annotations.get(key) ?? '' };
}
