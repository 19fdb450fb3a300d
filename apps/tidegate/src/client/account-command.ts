import { randomInt } from 'node:crypto';
import { usage } from '../commands/run-command.js';
import type { Connection } from './connection.js';
import { queries } from './queries.js';
import { secretOf } from './person-at-terminal.js';
import { group, verb } from './verbs.js';

interface Account {
  name: string;
  displayName: string;
  kind: 'PERSON' | 'MACHINE';
  groups: string[];
  disabled: boolean;
  lastLoginAt: string | null;
}

const password = { 'password-stdin': { type: 'boolean', default: false } } as const;

export const accountCommand = group('account', 'Accounts of people and machines.', {
  list: verb({
    takes: '[--search TEXT]',
    does: 'those of the platform',
    words: [0, 0],
    options: { search: { type: 'string' } },
    run: async ({ api, values }) => {
      const all = await accountsOf(api, values.search);
      const rows = all.map((a) => [a.name, a.kind === 'PERSON' ? 'person' : 'machine', a.disabled ? 'disabled' : 'active', a.groups.join(', ') || '-', a.lastLoginAt ?? 'never', a.displayName]);
      return { value: all, rows: [['NAME', 'KIND', 'STATE', 'GROUPS', 'LAST SIGN-IN', 'FULL NAME'], ...rows], ...(all.length === 0 ? { text: ['There are no accounts yet.'] } : {}) };
    },
  }),
  create: verb({
    takes: 'NAME [--group GROUP] [--display-name TEXT] [--email ADDRESS] [--machine | --password-stdin]',
    does: 'makes one, and prints a first password, which its owner changes; machines have tokens only',
    words: [1, 1],
    options: { ...password, group: { type: 'string', multiple: true }, 'display-name': { type: 'string' }, email: { type: 'string' }, machine: { type: 'boolean', default: false } },
    run: async ({ api, words: [name], values }) => {
      const isMachine = values.machine;
      if (isMachine && values['password-stdin']) throw usage('A machine has no password.');
      const first = isMachine ? undefined : await firstPassword(values['password-stdin']);
      const kind = isMachine ? 'MACHINE' : 'PERSON';
      const input = { name, kind, groups: values.group ?? [], displayName: values['display-name'] ?? '', email: values.email, password: first };
      const { createAccount } = await api.ask<{ createAccount: object }>(queries.createAccount, { input });
      return { value: { ...createAccount, ...(values['password-stdin'] ? {} : { password: first }) }, text: told(`Account ${name} is made.`, values['password-stdin'] ? undefined : first) };
    },
  }),
  'reset-password': verb({
    takes: 'NAME [--password-stdin]',
    does: 'prints a new first password; its sessions end',
    words: [1, 1],
    options: password,
    run: async ({ api, words: [name], values }) => {
      const next = await firstPassword(values['password-stdin']);
      await api.ask(queries.resetPassword, { name, password: next });
      const shown = values['password-stdin'] ? undefined : next;
      return { value: { name, ...(shown === undefined ? {} : { password: shown }) }, text: told(`The password of ${name} is reset.`, shown) };
    },
  }),
});

async function accountsOf(api: Connection, search: string | undefined): Promise<Account[]> {
  const found: Account[] = [];
  for (let after: string | null = null; ; ) {
    const { accounts }: { accounts: { nodes: Account[]; endCursor: string | null } } = await api.ask(queries.accounts, { after, search });
    found.push(...accounts.nodes);
    if (accounts.endCursor === null) return found;
    after = accounts.endCursor;
  }
}

const LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789';
const firstPassword = async (fromStdin: boolean): Promise<string> => (fromStdin ? secretOf('', '--password-stdin', true) : madeUp());
/** 99 bits, without letters that look alike: it is handed over, sometimes by word of mouth. */
const madeUp = (): string => Array.from({ length: 4 }, () => Array.from({ length: 5 }, () => LETTERS[randomInt(LETTERS.length)]).join('')).join('-');

const told = (what: string, shown: string | undefined): string[] => (shown === undefined ? [what] : [`${what} First password, shown this once: ${shown}`]);
