/** What the map's address holds. */
export interface MapSearch {
  find?: string | undefined;
  /** The node or edge that is looked at. */
  at?: string | undefined;
  /** Also what has no traffic. */
  all?: true | undefined;
}

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value.slice(0, 700) : undefined);

export const readMapSearch = ({ find, at, all }: Record<string, unknown>): MapSearch => ({
  find: text(find),
  at: text(at),
  all: all === true ? true : undefined,
});
