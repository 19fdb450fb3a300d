/** What a key means, given the one before it. */
export type Shortcut = { type: 'search' } | { type: 'palette' } | { type: 'go'; key: string } | { type: 'begin' } | undefined;

export interface KeyPress {
  key: string;
  ctrl: boolean;
  /** Whether text is being typed somewhere. */
  typing: boolean;
}

/** `/` searches, Ctrl-K opens the palette, `g` and a letter goes to a place. */
export function shortcutOf({ key, ctrl, typing }: KeyPress, begun: boolean): Shortcut {
  if (ctrl) return key.toLowerCase() === 'k' ? { type: 'palette' } : undefined;
  if (typing) return undefined;
  if (begun && /^[a-z]$/.test(key)) return { type: 'go', key };
  if (key === '/') return { type: 'search' };
  return key === 'g' ? { type: 'begin' } : undefined;
}
