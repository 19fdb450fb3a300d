import { usage } from '../commands/run-command.js';
import { queries } from './queries.js';
import { group, verb } from './verbs.js';

interface Token {
  id: string;
  name: string;
  scopes: string[];
  workspace: string | null;
  expiresAt: string;
  lastUsedAt: string | null;
}

const SCOPES = ['read', 'write', 'kubernetes', 'terminal'];
const account = { account: { type: 'string' } } as const;

export const tokenCommand = group('token', 'Tokens: yours, or those of accounts that you manage.', {
  list: verb({
    takes: '[--account NAME]',
    does: 'without their secrets',
    words: [0, 0],
    options: account,
    run: async ({ api, values }) => {
      const { tokens } = await api.ask<{ tokens: Token[] }>(queries.tokens, { account: values.account });
      const rows = tokens.map((t) => [t.id, t.name, t.scopes.join(',').toLowerCase(), t.workspace ?? '-', t.expiresAt, t.lastUsedAt ?? 'never']);
      return { value: tokens, rows: [['ID', 'NAME', 'SCOPES', 'WORKSPACE', 'ENDS', 'LAST USED'], ...rows], ...(tokens.length === 0 ? { text: ['There are no tokens.'] } : {}) };
    },
  }),
  create: verb({
    takes: 'NAME --scope SCOPE [--scope SCOPE] [--days N] [-w WORKSPACE] [--account NAME]',
    does: `prints the token alone, once; scopes: ${SCOPES.join(', ')}`,
    words: [1, 1],
    options: { ...account, scope: { type: 'string', multiple: true }, days: { type: 'string', default: '90' }, workspace: { type: 'string', short: 'w' } },
    run: async ({ api, words: [name], values }) => {
      const scopes = values.scope ?? [];
      const unknown = scopes.find((s) => !SCOPES.includes(s.toLowerCase()));
      if (scopes.length === 0 || unknown !== undefined) throw usage(`--scope is one of ${SCOPES.join(', ')}, and may be given several times.`);
      const days = Number(values.days);
      if (!Number.isInteger(days)) throw usage('--days is a number of days.');
      const input = { name, scopes: scopes.map((s) => s.toUpperCase()), days, workspace: values.workspace, account: values.account };
      const { createToken } = await api.ask<{ createToken: { secret: string; token: Token } }>(queries.createToken, { input });
      return { value: createToken, text: [createToken.secret] };
    },
  }),
  revoke: verb({
    takes: 'ID',
    does: 'what it has open ends at once',
    words: [1, 1],
    options: {},
    run: async ({ api, words: [id] }) => {
      await api.ask(queries.revokeToken, { id });
      return { value: { id, revoked: true }, text: ['It is good for nothing any more.'] };
    },
  }),
});
