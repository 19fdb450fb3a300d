import { pageWords } from '../../../i18n/page-words';
import { en, zh } from './applications-words';

export const useApplicationsWords = pageWords('applications', en, zh);
