import i18next from 'i18next';
import { useTranslation } from 'react-i18next';
import { en, zh } from './kubectl-words';

i18next.addResourceBundle('en', 'kubectl', en);
i18next.addResourceBundle('zh-CN', 'kubectl', zh);

export const useKubectlWords = () => useTranslation('kubectl').t;
