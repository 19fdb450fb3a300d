/** Parts of a workspace's page; its address holds the one that is seen. */
export const TABS = ['overview', 'members', 'roles', 'activity'] as const;
export type Tab = (typeof TABS)[number];

export interface WorkspacePlace {
  tab?: Exclude<Tab, 'overview'> | undefined;
}

const isOther = (tab: unknown): tab is Exclude<Tab, 'overview'> => tab !== 'overview' && TABS.some((known) => known === tab);

export const readWorkspacePlace = ({ tab }: Record<string, unknown>): WorkspacePlace => ({ tab: isOther(tab) ? tab : undefined });
