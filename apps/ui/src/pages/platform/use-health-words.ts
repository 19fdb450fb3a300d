import { pageWords } from '../../i18n/page-words';
import { en, zh } from './health-words';

export const useHealthWords = pageWords('health', en, zh);
