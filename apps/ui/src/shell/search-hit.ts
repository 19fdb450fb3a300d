import type { SearchQuery } from '../api/generated/documents';
import { addressOfId } from '../pages/services/service-address';

type Hit = SearchQuery['search'][number];

/** Where the console shows what was found; undefined for what has no page of its own. */
export function pathOfHit({ id, kind, name, namespace }: Pick<Hit, 'id' | 'kind' | 'name' | 'namespace'>): string | undefined {
  if (kind === 'Project') return `/projects/${encodeURIComponent(name)}`;
  if (kind === 'Release' && namespace !== null) return `/projects/${encodeURIComponent(namespace)}/releases/${encodeURIComponent(name)}`;
  const address = addressOfId(id);
  if (!address) return undefined;
  return `/projects/${encodeURIComponent(address.project)}/services/${address.kind}/${encodeURIComponent(address.name)}`;
}
