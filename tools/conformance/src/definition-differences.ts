type Json = unknown;
type Fields = Record<string, Json>;

export interface Definition {
  metadata: { name: string; annotations?: Record<string, string> };
  spec: { names: Json; scope: Json; versions: { name: string; served: boolean }[] };
}

/** Differences that are meant, with their reason. A path matches when it contains the text. */
const MEANT: readonly { at: string; why: string }[] = [
  { at: '.spec.rules.items.retry', why: 'of the experimental channel' },
  { at: '.addresses.items.oneOf', why: 'that an IPAddress is one is checked by the mesh' },
  { at: '.subresources', why: 'an empty list of subresources' },
  { at: 'udproutes', why: 'UDP is not carried' },
];

export interface Difference {
  path: string;
  theirs: string;
  ours: string;
  /** Why it is meant; undefined for a mistake. */
  why: string | undefined;
}

/**
 * Where our definitions of kinds differ from the published ones, in what they accept and keep. Descriptions are our own, and rules in CEL
 * are left to clusters that have the published definitions. Versions that are not served any more count as absent.
 */
export function definitionDifferences(theirs: readonly Definition[], ours: readonly Definition[]): Difference[] {
  const found: Difference[] = [];
  const compare = (path: string, a: Json, b: Json): void => {
    if (canonical(a) === canonical(b)) return;
    if (isFields(a) && isFields(b)) {
      for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
        if (!path.endsWith('properties') && (key === 'description' || key === 'x-kubernetes-validations')) continue;
        compare(`${path}.${key}`.replace('.schema.openAPIV3Schema', ''), a[key], b[key]);
      }
      return;
    }
    const short = path.replaceAll('.properties', '');
    found.push({ path: short, theirs: shown(a), ours: shown(b), why: MEANT.find(({ at }) => short.includes(at))?.why });
  };
  const byName = new Map(ours.map((definition) => [definition.metadata.name, definition]));
  for (const { metadata, spec } of theirs) {
    const own = byName.get(metadata.name);
    compare(metadata.name, comparable(spec, metadata), own && comparable(own.spec, own.metadata));
  }
  return found;
}

function comparable({ names, scope, versions }: Definition['spec'], { annotations }: Definition['metadata']): Fields {
  const served = versions.filter((version) => version.served);
  return { names, scope, annotations, ...Object.fromEntries(served.map((version) => [version.name, version])) };
}

function isFields(value: Json): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Order of keys and of list items does not count, nor does a slash that a regular expression escapes without need. */
function canonical(value: Json): string {
  const sorted = (v: Json): Json => {
    if (Array.isArray(v)) return v.map(sorted).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
    if (!isFields(v)) return v;
    const kept = Object.entries(v).filter(([key, item]) => key !== 'description' || typeof item !== 'string');
    return Object.fromEntries(kept.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, item]) => [key, sorted(item)]));
  };
  return String(JSON.stringify(sorted(value))).replaceAll('\\\\/', '/');
}

function shown(value: Json): string {
  return value === undefined ? '-' : String(JSON.stringify(value)).slice(0, 120);
}
