import i18next, { type TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';

type Resources = import('i18next').CustomTypeOptions['resources'];

/** Words that are loaded with a page instead of the first one: a namespace of their own, in both languages. */
export function pageWords<N extends Exclude<keyof Resources, 'translation'>>(namespace: N, en: object, zh: object): () => TFunction<N> {
  i18next.addResourceBundle('en', namespace, en);
  i18next.addResourceBundle('zh-CN', namespace, zh);
  return () => useTranslation(namespace).t as TFunction<N>;
}
