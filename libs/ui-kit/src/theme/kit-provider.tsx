import '@fontsource-variable/inter/wght.css';
import '@fontsource-variable/jetbrains-mono/wght.css';
import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import './tokens.css';
import { MantineProvider, localStorageColorSchemeManager, mergeThemeOverrides } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { type ReactNode, useMemo } from 'react';
import { theme } from './theme';
import { type KitWords, WordsProvider } from './words';

const schemes = localStorageColorSchemeManager({ key: 'tidegate-theme' });

/** Colours, fonts, words and toasts for everything inside. */
export function KitProvider({ words, children }: { words: KitWords; children: ReactNode }) {
  const named = useMemo(
    () => mergeThemeOverrides(theme, { components: { Notification: { defaultProps: { closeButtonProps: { 'aria-label': words.dismiss } } } } }),
    [words.dismiss],
  );
  return (
    <MantineProvider theme={named} defaultColorScheme="auto" colorSchemeManager={schemes}>
      <WordsProvider words={words}>
        <Notifications position="bottom-right" limit={4} />
        {children}
      </WordsProvider>
    </MantineProvider>
  );
}
