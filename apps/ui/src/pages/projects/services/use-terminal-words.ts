import { pageWords } from '../../../i18n/page-words';
import { en, zh } from './terminal-words';

export const useTerminalWords = pageWords('terminal', en, zh);
