import type { ReleaseRowFragment } from '../../api/generated/documents';

/** What the list's address holds. */
export interface ReleaseSearch {
  show?: 'running' | 'finished' | undefined;
  service?: string | undefined;
  find?: string | undefined;
}

const textIn = (value: unknown, longest: number): string | undefined =>
  typeof value === 'string' && value !== '' ? value.slice(0, longest) : undefined;

export function readReleaseSearch({ show, service, find }: Record<string, unknown>): ReleaseSearch {
  return { show: show === 'running' || show === 'finished' ? show : undefined, service: textIn(service, 63), find: textIn(find, 200) };
}

type Row = Pick<ReleaseRowFragment, 'name' | 'namespace' | 'service' | 'principal' | 'candidate' | 'why' | 'finished'>;

export function releaseMatches(row: Row, { show, service, find = '' }: ReleaseSearch): boolean {
  if (show !== undefined && row.finished !== (show === 'finished')) return false;
  if (service !== undefined && row.service !== service) return false;
  const text = [row.name, row.namespace, row.service, row.principal, row.candidate, row.why].join(' ').toLowerCase();
  return find
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
