import i18next from 'i18next';
import { useTranslation } from 'react-i18next';
import { en, zh } from './workspaces-words';

i18next.addResourceBundle('en', 'workspaces', en);
i18next.addResourceBundle('zh-CN', 'workspaces', zh);

export const useWorkspacesWords = () => useTranslation('workspaces').t;
