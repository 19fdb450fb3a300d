import { useNavigate } from '@tanstack/react-router';
import { useEffect } from 'react';
import type { Place } from './places';
import { shortcutOf } from './shortcut';

/** How long `g` waits for its letter. */
const BEGUN_MS = 1_200;

/** The field that `/` leads to. */
export const SEARCH_FIELD = { 'data-search-field': true } as const;

export function useShortcuts(places: readonly Place[], openPalette: () => void): void {
  const navigate = useNavigate();
  useEffect(() => {
    let begun = 0;
    const press = (event: KeyboardEvent): void => {
      const target = event.target instanceof Element ? event.target : undefined;
      const typing = target?.closest('input, textarea, select, [contenteditable="true"], .xterm') != null;
      const pressed = { key: event.key, ctrl: event.ctrlKey || event.metaKey, typing };
      const shortcut = event.altKey ? undefined : shortcutOf(pressed, event.timeStamp - begun < BEGUN_MS);
      begun = 0;
      if (!shortcut) return;
      const place = shortcut.type === 'go' ? places.find((p) => p.key === shortcut.key) : undefined;
      const field = shortcut.type === 'search' ? document.querySelector<HTMLElement>('[data-search-field]') : undefined;
      if (shortcut.type === 'begin') begun = event.timeStamp;
      if (shortcut.type === 'palette') openPalette();
      if (place) void navigate({ to: place.to });
      field?.focus();
      if (shortcut.type === 'palette' || place || field) event.preventDefault();
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, [navigate, openPalette, places]);
}
