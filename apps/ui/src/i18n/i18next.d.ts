import 'i18next';
import type { TerminalWords } from '../pages/projects/services/terminal-words';
import type { ApplicationsWords } from '../pages/projects/applications/applications-words';
import type { HealthWords } from '../pages/platform/health-words';
import type { KubectlWords } from '../pages/settings/kubectl-words';
import type { WorkspacesWords } from '../pages/workspaces/workspaces-words';
import type { en } from './en';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'translation';
    resources: { translation: typeof en; terminal: TerminalWords; workspaces: WorkspacesWords; kubectl: KubectlWords; health: HealthWords; applications: ApplicationsWords };
  }
}
