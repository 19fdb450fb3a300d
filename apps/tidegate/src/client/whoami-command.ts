import { existsSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { TidegateError } from '@tidegate/kernel';
import { type CommandContext, usage } from '../commands/run-command.js';
import { codes } from '../errors.js';
import { queries } from './queries.js';
import { verb } from './verbs.js';

interface Me {
  id: string;
  displayName: string;
  kubernetesUser: string;
  groups: string[];
  scopes: string[];
  administrator: boolean;
}

const whoami = verb({
  takes: '',
  does: 'as whom commands are done, and where',
  words: [0, 0],
  options: {},
  run: async ({ api }) => {
    const { me } = await api.ask<{ me: Me }>(queries.me);
    const text = [
      `${me.id}${me.displayName === '' || me.displayName === me.id ? '' : ` (${me.displayName})`} at ${api.url}${me.administrator ? ', an administrator of the platform' : ''}`,
      `  Groups      ${me.groups.join(', ') || 'none'}`,
      `  Kubernetes  ${me.kubernetesUser}`,
      `  This token  ${me.scopes.join(', ').toLowerCase()}`,
    ];
    return { value: { ...me, url: api.url }, text };
  },
});

export const whoamiCommand = (context: CommandContext): Promise<number> => whoami.execute(context.argv, context, 'whoami');

const own = verb({
  takes: '--own [--write FILE] [--name NAME] [--days N]',
  does: 'a kubeconfig with your own rights',
  words: [0, 0],
  options: { own: { type: 'boolean' }, write: { type: 'string' }, name: { type: 'string' }, days: { type: 'string', default: '30' } },
  run: async ({ api, values }) => {
    const days = Number(values.days);
    if (!Number.isInteger(days)) throw usage('--days is a number of days.');
    const name = values.name ?? `kubectl on ${hostname()}`.slice(0, 60);
    const file = values.write === undefined ? undefined : path.resolve(values.write);
    // Never over something that exists: it may be the only way into another cluster.
    if (file !== undefined && existsSync(file)) throw new TidegateError(codes.CLI_FILE_EXISTS, `${file} exists.`, { remedy: 'Give another name, or move it away.' });
    const { createKubeconfig: made } = await api.ask<{ createKubeconfig: { kubeconfig: string; token: object } }>(queries.createKubeconfig, { name, days });
    if (file === undefined) return { value: made, text: [made.kubeconfig.trimEnd()] };
    writeFileSync(file, made.kubeconfig, { mode: 0o600 });
    return { value: { file, token: made.token }, text: [`export KUBECONFIG=${file}`] };
  },
});

export const ownKubeconfig = (context: CommandContext): Promise<number> => own.execute(context.argv, context, 'kubeconfig');
