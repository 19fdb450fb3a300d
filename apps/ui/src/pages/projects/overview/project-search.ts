import type { ProjectRowFragment } from '../../../api/generated/documents';

/** What the list's address holds. */
export interface ProjectSearch {
  find?: string | undefined;
  /** Also the platform's and the cluster's own. */
  system?: true | undefined;
}

export const readProjectSearch = ({ find, system }: Record<string, unknown>): ProjectSearch => ({
  find: typeof find === 'string' && find !== '' ? find.slice(0, 100) : undefined,
  system: system === true ? true : undefined,
});

type Row = Pick<ProjectRowFragment, 'name' | 'displayName' | 'workspace' | 'isSystem'>;

/** The cluster's own projects are shown when they are asked for, by the switch or by name. */
export function projectMatches({ name, displayName, workspace, isSystem }: Row, { find = '', system }: ProjectSearch): boolean {
  if (isSystem && !system && find === '') return false;
  return [name, displayName, workspace ?? ''].some((text) => text.toLowerCase().includes(find.toLowerCase()));
}
