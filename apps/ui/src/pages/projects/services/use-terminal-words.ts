import i18next from 'i18next';
import { useTranslation } from 'react-i18next';
import { en, zh } from './terminal-words';

i18next.addResourceBundle('en', 'terminal', en);
i18next.addResourceBundle('zh-CN', 'terminal', zh);

export const useTerminalWords = () => useTranslation('terminal').t;
