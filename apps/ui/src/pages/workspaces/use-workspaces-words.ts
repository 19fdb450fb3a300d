import { pageWords } from '../../i18n/page-words';
import { en, zh } from './workspaces-words';

export const useWorkspacesWords = pageWords('workspaces', en, zh);
