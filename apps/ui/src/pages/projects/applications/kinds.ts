export interface Kind {
  /** Empty for the core group. */
  group: string;
  kind: string;
}

/** New applications are made of these. */
export const USUAL_KINDS = 'Deployment.apps\nStatefulSet.apps\nService\nService.serving.knative.dev';

/** `Deployment.apps`, `Service`: as kubectl writes them. */
export const kindText = ({ group, kind }: Kind): string => (group === '' ? kind : `${kind}.${group}`);

/** One kind a line; the first line that is none is told. */
export function readKinds(text: string): Kind[] | { wrong: string } {
  const kinds: Kind[] = [];
  for (const line of text.split('\n').map((l) => l.trim())) {
    if (line === '') continue;
    const [, kind, group = ''] = /^([A-Za-z0-9]+)(?:\.([a-z0-9.-]+))?$/.exec(line) ?? [];
    if (kind === undefined) return { wrong: line.slice(0, 60) };
    kinds.push({ group, kind });
  }
  return kinds;
}
