import type { ServiceFilterInput, ServiceKind, ServiceState } from '../../api/generated/documents';

/** What the list's address holds. */
export interface ServiceSearch {
  find?: string | undefined;
  state?: ServiceState | undefined;
  kind?: ServiceKind | undefined;
}

export const STATES: readonly ServiceState[] = ['READY', 'PROGRESSING', 'DEGRADED', 'FAILED', 'ASLEEP', 'STOPPED'];
export const KINDS: readonly ServiceKind[] = ['DEPLOYMENT', 'KNATIVE', 'STATEFUL_SET'];

export function readServiceSearch(search: Record<string, unknown>): ServiceSearch {
  const { find } = search;
  return {
    find: typeof find === 'string' && find !== '' ? find.slice(0, 100) : undefined,
    state: STATES.find((s) => s === search['state']),
    kind: KINDS.find((k) => k === search['kind']),
  };
}

/** The filter as the API takes it. */
export function toServiceFilter({ find, state, kind }: ServiceSearch, project: string | undefined): ServiceFilterInput {
  return { ...(project && { namespace: project }), ...(find && { search: find }), ...(state && { state }), ...(kind && { kind }) };
}
