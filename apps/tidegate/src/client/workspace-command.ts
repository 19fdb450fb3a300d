import { TidegateError } from '@tidegate/kernel';
import { codes } from '../errors.js';
import type { Connection } from './connection.js';
import { allOf } from './pages.js';
import { mustMean } from './person-at-terminal.js';
import { queries } from './queries.js';
import { group, verb } from './verbs.js';
import { usage } from '../commands/run-command.js';

interface Member {
  kind: 'USER' | 'GROUP' | 'SERVICE_ACCOUNT';
  name: string;
  namespace: string | null;
  role: string;
}
interface Workspace {
  name: string;
  displayName: string;
  description: string | null;
  ready: boolean;
  why: string;
  isolation: string;
  hosts: string[] | null;
  quota: { name: string; hard: string; used: string | null }[];
  projectQuota: { name: string; hard: string }[];
  projects: string[];
  members: Member[];
  roles: { name: string; displayName: string; permissions: string[] }[];
}

const ISOLATION: Record<string, string> = { none: 'NONE', workspace: 'WORKSPACE', project: 'PROJECT' };
const words = { 'display-name': { type: 'string' }, description: { type: 'string' } } as const;

export const workspaceCommand = group('workspace', 'Workspaces: teams, their members and projects.', {
  list: verb({
    takes: '',
    does: 'those that you may see',
    words: [0, 0],
    options: {},
    run: async ({ api }) => {
      const all = await allOf<Workspace>(api, queries.workspaces, 'workspaces');
      const rows = all.map((w) => [w.name, w.ready ? 'ready' : 'not ready', String(w.projects.length), String(w.members.length), w.displayName]);
      return { value: all, rows: [['NAME', 'STATE', 'PROJECTS', 'MEMBERS', 'TITLE'], ...rows], ...(all.length === 0 ? { text: ['There is no workspace that you may see.'] } : {}) };
    },
  }),
  get: verb({
    takes: 'NAME',
    does: 'one, with its members, roles and projects',
    words: [1, 1],
    options: {},
    run: async ({ api, words: [name = ''] }) => {
      const found = await workspaceOf(api, name);
      return { value: found, text: described(found) };
    },
  }),
  create: verb({
    takes: 'NAME --admin ACCOUNT [--admin ACCOUNT] [--display-name TEXT] [--description TEXT]',
    does: 'makes one, administered by those accounts',
    words: [1, 1],
    options: { ...words, admin: { type: 'string', multiple: true } },
    run: async ({ api, words: [name], values }) => {
      const administrators = values.admin ?? [];
      if (administrators.length === 0) throw usage('Say who administers it: --admin ACCOUNT.');
      const input = { name, administrators, ...named(values) };
      return { value: (await api.ask<{ createWorkspace: object }>(queries.createWorkspace, { input })).createWorkspace, text: [`Workspace ${name} is made.`] };
    },
  }),
  update: verb({
    takes: 'NAME [--display-name TEXT] [--description TEXT] [--isolation none|workspace|project] [--quota NAME=AMOUNT] [--project-quota NAME=AMOUNT] [--host NAME]',
    does: 'changes what is given; an empty text, --quota none and --host "*" take it away',
    words: [1, 1],
    options: { ...words, isolation: { type: 'string' }, quota: { type: 'string', multiple: true }, 'project-quota': { type: 'string', multiple: true }, host: { type: 'string', multiple: true } },
    run: async ({ api, words: [name], values }) => {
      const { isolation } = values;
      if (isolation !== undefined && !Object.hasOwn(ISOLATION, isolation)) throw usage('--isolation is none, workspace or project.');
      const bounds = { quota: amountsOf(values.quota), projectQuota: amountsOf(values['project-quota']), hosts: values.host };
      const input = { name, ...bounds, ...named(values), ...(isolation === undefined ? {} : { isolation: ISOLATION[isolation] }) };
      return { value: (await api.ask<{ updateWorkspace: object }>(queries.updateWorkspace, { input })).updateWorkspace, text: [`Workspace ${name} is changed.`] };
    },
  }),
  delete: verb({
    takes: 'NAME [--cascade] [--yes]',
    does: 'its projects stay, in no workspace; with --cascade they go with everything in them',
    words: [1, 1],
    options: { cascade: { type: 'boolean', default: false }, yes: { type: 'boolean', short: 'y', default: false } },
    run: async ({ api, words: [name = ''], values }) => {
      const projects = values.cascade ? 'CASCADE' : 'ORPHAN';
      const { workspaceDeletion: preview } = await api.ask<{ workspaceDeletion: { deletes: string[]; leaves: string[] } }>(queries.workspaceDeletion, { name, projects });
      await mustMean(whatGoes(name, preview), name, values.yes);
      await api.ask(queries.deleteWorkspace, { name, projects });
      return { value: { name, ...preview }, text: [`Workspace ${name} is being deleted.`] };
    },
  }),
});

const memberOptions = { workspace: { type: 'string', short: 'w' }, group: { type: 'boolean', default: false }, 'service-account': { type: 'string' } } as const;

export const memberCommand = group('member', 'Members of a workspace.', {
  list: verb({
    takes: '-w WORKSPACE',
    does: 'who belongs to it, with which role',
    words: [0, 0],
    options: { workspace: { type: 'string', short: 'w' } },
    run: async ({ api, values }) => memberTable((await workspaceOf(api, neededWorkspace(values.workspace))).members),
  }),
  set: verb({
    takes: 'NAME -w WORKSPACE --role ROLE [--group | --service-account PROJECT]',
    does: 'brings somebody in, or gives another role: admin, self-provisioner, regular, viewer, or one of the workspace',
    words: [1, 1],
    options: { ...memberOptions, role: { type: 'string' } },
    run: async ({ api, words: [name = ''], values }) => {
      if (values.role === undefined) throw usage('Say which role: --role ROLE.');
      const input = { ...whoOf(name, values), role: values.role };
      return memberTable((await api.ask<{ setWorkspaceMember: { members: Member[] } }>(queries.setMember, { input })).setWorkspaceMember.members);
    },
  }),
  remove: verb({
    takes: 'NAME -w WORKSPACE [--group | --service-account PROJECT]',
    does: 'out of the workspace, and of all its projects',
    words: [1, 1],
    options: memberOptions,
    run: async ({ api, words: [name = ''], values }) =>
      memberTable((await api.ask<{ removeWorkspaceMember: { members: Member[] } }>(queries.removeMember, { input: whoOf(name, values) })).removeWorkspaceMember.members),
  }),
});

async function workspaceOf(api: Connection, name: string): Promise<Workspace> {
  const { workspace } = await api.ask<{ workspace: Workspace | null }>(queries.workspace, { name });
  if (workspace) return workspace;
  throw new TidegateError(codes.CLI_NOT_FOUND, `There is no workspace ${name} that you may see.`, { remedy: 'See "tidegate workspace list".' });
}

function whoOf(name: string, values: { workspace?: string | undefined; group: boolean; 'service-account'?: string | undefined }): object {
  const namespace = values['service-account'];
  if (values.group && namespace !== undefined) throw usage('A member is a person, --group, or --service-account.');
  const kind = values.group ? 'GROUP' : namespace === undefined ? 'USER' : 'SERVICE_ACCOUNT';
  return { workspace: neededWorkspace(values.workspace), kind, name, ...(namespace === undefined ? {} : { namespace }) };
}

function neededWorkspace(name: string | undefined): string {
  if (name === undefined) throw usage('Say which workspace: -w WORKSPACE.');
  return name;
}

/** `pods=10` as the API takes it; `none` alone is no limit at all. */
function amountsOf(words: readonly string[] | undefined): { name: string; hard: string }[] | undefined {
  if (words?.length === 1 && words[0] === 'none') return [];
  return words?.map((word) => {
    const [name, hard, ...more] = word.split('=');
    if (!name || !hard || more.length > 0) throw usage(`"${word}" is no limit: write it as pods=10 or requests.memory=2Gi.`);
    return { name, hard };
  });
}

const named = (values: { 'display-name'?: string | undefined; description?: string | undefined }): object => ({
  ...(values['display-name'] === undefined ? {} : { displayName: values['display-name'] }),
  ...(values.description === undefined ? {} : { description: values.description }),
});

const KINDS = { USER: 'person', GROUP: 'group', SERVICE_ACCOUNT: 'service account' };
const memberRows = (members: readonly Member[]): string[][] => members.map((m) => [m.namespace === null ? m.name : `${m.namespace}/${m.name}`, KINDS[m.kind], m.role]);
const memberTable = (members: readonly Member[]) => ({ value: members, rows: [['NAME', 'KIND', 'ROLE'], ...memberRows(members)] });

function described(w: Workspace): string[] {
  const roles = w.roles.map((r) => `${r.name} (${r.permissions.join(', ')})`);
  return [
    `${w.name}${w.displayName === w.name ? '' : `: ${w.displayName}`}`,
    ...(w.description ? [w.description] : []),
    `  ${w.ready ? 'Ready' : 'Not ready'}: ${w.why}`,
    `  Isolation  ${w.isolation.toLowerCase()}`,
    `  Hosts      ${w.hosts === null ? 'any' : w.hosts.join(', ') || 'none'}`,
    `  Quota      ${w.quota.map((q) => `${q.name} ${q.used ?? '?'} of ${q.hard}`).join(', ') || 'none'}${w.projectQuota.length === 0 ? '' : `; of each project ${w.projectQuota.map((q) => `${q.name} ${q.hard}`).join(', ')}`}`,
    `  Projects   ${w.projects.join(', ') || 'none'}`,
    `  Roles      ${roles.join('; ') || 'no own'}`,
    `  Members    ${memberRows(w.members)
      .map(([name, kind, role]) => `${name} (${kind === 'person' ? '' : `${kind}, `}${role})`)
      .join(', ')}`,
  ];
}

function whatGoes(name: string, { deletes, leaves }: { deletes: readonly string[]; leaves: readonly string[] }): string {
  const projects = deletes.length === 0 ? '' : ` The projects ${deletes.join(', ')} go, with everything in them.`;
  const stay = leaves.length === 0 ? '' : ` The projects ${leaves.join(', ')} stay, and belong to no workspace.`;
  return `This deletes the workspace ${name}: its members lose the rights that it gave.${projects}${stay}`;
}
