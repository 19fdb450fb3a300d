import { type Kind, KubeApiError, type KubeClient, type KubeObject, isNotFound, listableKinds } from '@tidegate/kube';
import { MADE_FOR_LABEL } from '@tidegate/tenancy-contract';

/** Without its contents: what it is called, and whose it is. */
export interface SeenObject {
  /** Empty for the core group. */
  group: string;
  kind: string;
  object: KubeObject;
}

export interface NamespaceContents {
  objects: SeenObject[];
  /** Sentences about what may be there and was not seen. */
  unseen: string[];
}

const [AT_ONCE, CHUNK, MOST_OF_A_KIND, MOST_NAMED] = [8, 500, 2_000, 10];
/** Measured, not stored. */
const MEASURED = /(^|\.)metrics\.k8s\.io$/;
/** Kept by controllers beside what people made, or made by nobody: no one misses it. Kubernetes' own roles do not let members list the last three. */
const BOOKKEEPING = new Set([
  'events',
  'events.events.k8s.io',
  'endpoints',
  'endpointslices.discovery.k8s.io',
  'leases.coordination.k8s.io',
  'controllerrevisions.apps',
  'csistoragecapacities.storage.k8s.io',
  'podtemplates',
  'podcertificaterequests.certificates.k8s.io',
]);
/** In every namespace. */
const ALWAYS_THERE = new Set(['ConfigMap/kube-root-ca.crt', 'ServiceAccount/default']);

const called = ({ plural, group }: Kind): string => (group === '' ? plural : `${plural}.${group}`);

interface Looked {
  kind: Kind;
  items: KubeObject[];
  isWhole: boolean;
  error?: unknown;
}

/** All that is in a namespace, whatever its kind, as far as the identity of `client` may list it. Throws what keeps it from asking at all. */
export async function namespaceContents(client: KubeClient, namespace: string): Promise<NamespaceContents> {
  const kinds = (await listableKinds(client)).filter((k) => k.namespaced && !MEASURED.test(k.group) && !BOOKKEEPING.has(called(k)));
  const looked: Looked[] = [];
  const next = kinds.values();
  // Each worker takes the next kind of the one iterator.
  const look = async (): Promise<void> => {
    for (const kind of next) looked.push(await listKind(client, kind, namespace));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, look));
  return { objects: objectsOf(looked), unseen: unseenOf(looked) };
}

async function listKind(client: KubeClient, kind: Kind, namespace: string): Promise<Looked> {
  const items: KubeObject[] = [];
  try {
    for (let from: string | undefined = ''; from !== undefined; ) {
      const page: { items: KubeObject[]; continue?: string | undefined } = await client.listMetadata(kind, { namespace, limit: CHUNK, ...(from === '' ? {} : { continue: from }) });
      items.push(...page.items);
      from = page.continue || undefined;
      if (items.length >= MOST_OF_A_KIND && from !== undefined) return { kind, items, isWhole: false };
    }
  } catch (error) {
    // One kind that does not answer, perhaps of an API elsewhere, must not hide the others; it is told.
    if (!(error instanceof KubeApiError)) throw error;
    if (!isNotFound(error)) return { kind, items, isWhole: false, error };
  }
  return { kind, items, isWhole: true };
}

/** Once each, though some are served by two groups; without what the platform itself puts into every project; by kind and name. */
function objectsOf(looked: readonly Looked[]): SeenObject[] {
  const seen = new Map<string, SeenObject>();
  for (const { kind, items } of looked) {
    for (const object of items) {
      const key = `${kind.kind}/${object.metadata?.name}`;
      const isOurs = object.metadata?.labels?.[MADE_FOR_LABEL] !== undefined;
      if (!ALWAYS_THERE.has(key) && !isOurs) seen.set(object.metadata?.uid ?? `${kind.group}/${key}`, { group: kind.group, kind: kind.kind, object });
    }
  }
  const text = (o: SeenObject): string => `${o.kind}.${o.group}/${o.object.metadata?.name}`;
  return [...seen.values()].sort((a, b) => (text(a) < text(b) ? -1 : 1));
}

function unseenOf(looked: readonly Looked[]): string[] {
  const isForbidden = ({ error }: Looked): boolean => error instanceof KubeApiError && error.status === 403;
  const forbidden = looked.filter(isForbidden);
  const failed = looked.filter((l) => l.error !== undefined && !isForbidden(l));
  const cut = looked.filter((l) => !l.isWhole && l.error === undefined);
  const names = (of: readonly Looked[]): string => {
    const all = of.map((l) => called(l.kind)).sort();
    return `${all.slice(0, MOST_NAMED).join(', ')}${all.length > MOST_NAMED ? ` and ${all.length - MOST_NAMED} more kinds` : ''}`;
  };
  return [
    ...(forbidden.length > 0 ? [`You may not list ${names(forbidden)} here: they are not looked at.`] : []),
    ...(failed.length > 0 ? [`The cluster did not answer for ${names(failed)}.`] : []),
    ...(cut.length > 0 ? [`There are more than ${MOST_OF_A_KIND.toLocaleString('en')} of ${names(cut)}: the rest is not looked at.`] : []),
  ];
}
