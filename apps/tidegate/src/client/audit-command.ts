import { durationMs } from '@tidegate/kernel';
import { type CommandContext, usage } from '../commands/run-command.js';
import { queries } from './queries.js';
import { verb } from './verbs.js';

interface Entry {
  at: string;
  account: string | null;
  attempted: string | null;
  action: string;
  outcome: string;
  resource: string | null;
  namespace: string | null;
  name: string | null;
  address: string | null;
  reason: string | null;
}

const PAGE = 200;
const OUTCOMES = ['succeeded', 'denied', 'failed'];

const audit = verb({
  takes: '[-w WORKSPACE] [--account NAME] [--action ACTION] [-n PROJECT] [--outcome OUTCOME] [--since 24h] [--limit N]',
  does: `who did what, newest first; ACTION such as release.promote or "release."; OUTCOME ${OUTCOMES.join(', ')}; administrators of a workspace give it`,
  words: [0, 0],
  options: {
    workspace: { type: 'string', short: 'w' },
    account: { type: 'string' },
    action: { type: 'string' },
    namespace: { type: 'string', short: 'n' },
    outcome: { type: 'string' },
    since: { type: 'string' },
    limit: { type: 'string', default: '50' },
  },
  run: async ({ api, values: { limit: wanted, since, outcome, ...narrow } }) => {
    const limit = Number(wanted);
    if (!Number.isInteger(limit) || limit < 1) throw usage('--limit is a number of entries.');
    if (outcome !== undefined && !OUTCOMES.includes(outcome.toLowerCase())) throw usage(`--outcome is one of ${OUTCOMES.join(', ')}.`);
    const { workspace, account, action, namespace } = narrow;
    const from = since === undefined ? undefined : new Date(Date.now() - durationMs(since)).toISOString();
    const filter = { workspace, account, action, namespace, from, outcome: outcome?.toUpperCase() };
    const found: Entry[] = [];
    for (let before: string | null = null; found.length < limit; ) {
      const page: { audit: { nodes: Entry[]; endCursor: string | null } } = await api.ask(queries.audit, { filter, first: Math.min(PAGE, limit - found.length), before });
      found.push(...page.audit.nodes);
      before = page.audit.endCursor;
      if (before === null) break;
    }
    const rows = found.map((e) => [e.at, e.account ?? `(${e.attempted ?? 'nobody'})`, e.action, e.outcome.toLowerCase(), objectOf(e), e.address ?? '', e.reason ?? '']);
    return { value: found, rows: [['AT', 'WHO', 'WHAT', 'RESULT', 'OBJECT', 'FROM', 'WHY'], ...rows], ...(found.length === 0 ? { text: ['Nothing of that is recorded.'] } : {}) };
  },
});

/** `tidegate audit`. */
export async function auditCommand(context: CommandContext): Promise<number> {
  if (!context.argv.includes('--help')) return audit.execute(context.argv, context, 'audit');
  context.out(`tidegate audit ${audit.takes}\n  ${audit.does}`);
  return 0;
}

const objectOf = ({ resource, namespace, name }: Entry): string => [resource, namespace === null || namespace === '' ? name : `${namespace}/${name ?? ''}`].filter((x) => x).join(' ');
