import type { ReleaseRowFragment } from '../../api/generated/documents';

/** What the list's address holds. */
export interface ReleaseSearch {
  show?: 'running' | 'finished' | undefined;
  find?: string | undefined;
}

export function readReleaseSearch(search: Record<string, unknown>): ReleaseSearch {
  const { show, find } = search;
  return {
    show: show === 'running' || show === 'finished' ? show : undefined,
    find: typeof find === 'string' && find !== '' ? find.slice(0, 200) : undefined,
  };
}

type Row = Pick<ReleaseRowFragment, 'name' | 'namespace' | 'service' | 'principal' | 'candidate' | 'why' | 'finished'>;

export function releaseMatches(row: Row, { show, find = '' }: ReleaseSearch): boolean {
  if (show !== undefined && row.finished !== (show === 'finished')) return false;
  const text = [row.name, row.namespace, row.service, row.principal, row.candidate, row.why].join(' ').toLowerCase();
  return find
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
