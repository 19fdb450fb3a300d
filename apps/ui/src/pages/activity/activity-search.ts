import type { AuditFilterInput, AuditOutcome } from '../../api/generated/documents';

/** What the page's address holds. */
export interface ActivitySearch {
  account?: string | undefined;
  action?: string | undefined;
  project?: string | undefined;
  outcome?: AuditOutcome | undefined;
}

export const OUTCOMES: readonly AuditOutcome[] = ['SUCCEEDED', 'DENIED', 'FAILED'];

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value.trim() !== '' ? value.trim().slice(0, 200) : undefined;

export function readActivitySearch(search: Record<string, unknown>): ActivitySearch {
  return {
    account: text(search['account']),
    action: text(search['action']),
    project: text(search['project']),
    outcome: OUTCOMES.find((o) => o === search['outcome']),
  };
}

export function toFilter({ account, action, project, outcome }: ActivitySearch): AuditFilterInput {
  return { ...(account && { account }), ...(action && { action }), ...(project && { namespace: project }), ...(outcome && { outcome }) };
}

export interface Change {
  what: string;
  path: string;
  value: string;
}

const LONGEST_VALUE = 400;

/** A JSON Patch as rows that can be read; what is no patch is shown as it is. */
export function readChange(patch: string): Change[] {
  let steps: unknown;
  try {
    steps = JSON.parse(patch);
  } catch {
    return [{ what: '', path: '', value: patch }];
  }
  if (!Array.isArray(steps)) return [{ what: '', path: '', value: patch }];
  return steps.map((step: { op?: unknown; path?: unknown; value?: unknown }) => ({
    what: String(step.op ?? ''),
    path: String(step.path ?? ''),
    value: step.value === undefined ? '' : JSON.stringify(step.value).slice(0, LONGEST_VALUE),
  }));
}
