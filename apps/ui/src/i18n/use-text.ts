import { type Figures, makeFigures } from '@tidegate/ui-kit';
import type { TFunction } from 'i18next';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';

export interface Text {
  t: TFunction;
  figures: Figures;
  locale: string;
}

/** Words and figures in the language of whoever looks. */
export function useText(): Text {
  const { t, i18n } = useTranslation();
  const locale = i18n.language;
  return useMemo(() => ({ t, locale, figures: makeFigures(locale) }), [t, locale]);
}
