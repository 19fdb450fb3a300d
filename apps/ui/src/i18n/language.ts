import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { en } from './en';

export const LANGUAGES = { en: 'English', 'zh-CN': '简体中文' } as const;
export type Language = keyof typeof LANGUAGES;

const KEY = 'tidegate-language';

function wantedLanguage(): Language {
  const kept = localStorage.getItem(KEY);
  if (kept === 'en' || kept === 'zh-CN') return kept;
  return navigator.language.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en';
}

async function load(language: Language): Promise<void> {
  if (language === 'zh-CN' && !i18next.hasResourceBundle('zh-CN', 'translation')) {
    const { zh } = await import('./zh');
    i18next.addResourceBundle('zh-CN', 'translation', zh);
  }
  document.documentElement.lang = language;
}

/** Words are ready once it resolves. */
export async function startLanguage(): Promise<void> {
  const lng = wantedLanguage();
  await i18next.use(initReactI18next).init({
    lng,
    fallbackLng: 'en',
    resources: { en: { translation: en } },
    partialBundledLanguages: true,
    interpolation: { escapeValue: false },
  });
  await load(lng);
  await i18next.changeLanguage(lng);
}

export async function setLanguage(language: Language): Promise<void> {
  await load(language);
  localStorage.setItem(KEY, language);
  await i18next.changeLanguage(language);
}
