import { pageWords } from '../../i18n/page-words';
import { en, zh } from './kubectl-words';

export const useKubectlWords = pageWords('kubectl', en, zh);
