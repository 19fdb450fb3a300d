/** Parts of a service's page; its address holds the one that is seen. */
export const TABS = ['overview', 'revisions', 'pods', 'logs', 'terminal', 'events', 'yaml'] as const;
export type Tab = (typeof TABS)[number];

export interface ServicePlace {
  tab?: Exclude<Tab, 'overview'> | undefined;
  /** The pod whose log is read, or whose terminal is opened. */
  pod?: string | undefined;
}

const isOther = (tab: unknown): tab is Exclude<Tab, 'overview'> => tab !== 'overview' && TABS.some((known) => known === tab);

export function readServicePlace({ tab, pod }: Record<string, unknown>): ServicePlace {
  return {
    tab: isOther(tab) ? tab : undefined,
    pod: typeof pod === 'string' && pod !== '' ? pod.slice(0, 253) : undefined,
  };
}
