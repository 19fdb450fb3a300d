import type { KitWords } from '@tidegate/ui-kit';
import { useMemo } from 'react';
import { useText } from './use-text';

export function useKitWords(): KitWords {
  const { t, locale, figures } = useText();
  return useMemo(
    () => ({
      ...t('kit', { returnObjects: true }),
      rows: (shown, total) => t('kit.rows', { shown: figures.number(shown), total: figures.number(total) }),
      typeToConfirm: (name) => t('kit.typeToConfirm', { name }),
      at: (time) => t('kit.at', { time }),
      locale,
    }),
    [t, locale, figures],
  );
}
