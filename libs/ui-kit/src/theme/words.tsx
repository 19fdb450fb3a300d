import { type ReactNode, createContext, useContext } from 'react';

/** Every word that the kit itself says. The app gives them in the language of whoever looks. */
export interface KitWords {
  cancel: string;
  close: string;
  copy: string;
  copied: string;
  nothing: string;
  noMatch: string;
  loading: string;
  loadMore: string;
  rows: (shown: number, total: number) => string;
  search: string;
  typeToConfirm: (name: string) => string;
  noRequests: string;
  at: (time: string) => string;
  menu: string;
  navigation: string;
  skipToContent: string;
  dismiss: string;
  /** Locale for numbers and times, such as `en` or `zh-CN`. */
  locale: string;
  fitView: string;
  total: string;
}

const Words = createContext<KitWords | undefined>(undefined);

export function WordsProvider({ words, children }: { words: KitWords; children: ReactNode }) {
  return <Words.Provider value={words}>{children}</Words.Provider>;
}

export function useWords(): KitWords {
  const words = useContext(Words);
  if (!words) throw new Error('The kit needs its words: put a KitProvider around the app.');
  return words;
}
