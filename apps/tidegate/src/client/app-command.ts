import { TidegateError } from '@tidegate/kernel';
import { usage } from '../commands/run-command.js';
import { codes } from '../errors.js';
import { allOf } from './pages.js';
import { type ObjectName, kindText, namesText } from './object-names.js';
import { mustMean } from './person-at-terminal.js';
import { queries } from './queries.js';
import { group, verb } from './verbs.js';

interface Removal {
  goes: ObjectName[];
  goesCount: number;
  stays: ObjectName[];
  staysCount: number;
  unseen: string[];
}
interface Application {
  namespace: string;
  name: string;
  type: string | null;
  version: string | null;
  componentsReady: string;
  state: string;
  why: string;
  owns: boolean;
  selector: string;
  components: (ObjectName & { state: string })[];
}

const inProject = { namespace: { type: 'string', short: 'n' } } as const;
const described = { label: { type: 'string', short: 'l', multiple: true }, kind: { type: 'string', multiple: true }, version: { type: 'string' }, description: { type: 'string' }, type: { type: 'string' } } as const;
const stateText = (state: string): string => state.toLowerCase().replace('_', ' ');

export const appCommand = group('app', 'Applications: what belongs together in a project, with one status.', {
  list: verb({
    takes: '[-n PROJECT]',
    does: 'those that you may see',
    words: [0, 0],
    options: inProject,
    run: async ({ api, values }) => {
      const all = (await allOf<Application>(api, queries.applications, 'applications')).filter((a) => values.namespace === undefined || a.namespace === values.namespace);
      const rows = all.map((a) => [a.namespace, a.name, a.version ?? '-', a.componentsReady || '-', stateText(a.state), a.owns ? 'yes' : 'no']);
      return { value: all, rows: [['PROJECT', 'NAME', 'VERSION', 'READY', 'STATE', 'OWNS'], ...rows], ...(all.length === 0 ? { text: ['There is no application that you may see.'] } : {}) };
    },
  }),
  get: verb({
    takes: 'NAME -n PROJECT',
    does: 'one, with its components',
    words: [1, 1],
    options: inProject,
    run: async ({ api, words: [name = ''], values }) => {
      const namespace = neededProject(values.namespace);
      const { application } = await api.ask<{ application: Application | null }>(queries.application, { namespace, name });
      if (!application) throw new TidegateError(codes.CLI_NOT_FOUND, `There is no application ${name} in ${namespace}.`, { remedy: 'See "tidegate app list".' });
      const rows = application.components.map((c) => [kindText(c), c.name, stateText(c.state)]);
      const text = [`${name}: ${application.componentsReady || '0/0'} ready. ${application.why}`, `  Selects ${application.selector}; its components ${application.owns ? 'go with it' : 'stay when it goes'}.`];
      return { value: application, rows: [['KIND', 'NAME', 'STATE'], ...rows], text };
    },
  }),
  create: verb({
    takes: 'NAME -n PROJECT -l LABEL=VALUE [-l LABEL=VALUE] [--kind KIND.GROUP] [--version TEXT] [--description TEXT] [--owns]',
    does: 'of all that has the labels; --owns: what belongs to it goes with it',
    words: [1, 1],
    options: { ...inProject, ...described, owns: { type: 'boolean', default: false } },
    run: async ({ api, words: [name], values }) => {
      const { version, description, type, owns } = values;
      const input = { namespace: neededProject(values.namespace), name, labels: (values.label ?? []).map(labelOf), kinds: values.kind?.map(kindOf), version, description, type, owns };
      if (input.labels.length === 0) throw usage('Say what belongs to it: -l LABEL=VALUE, such as -l app.kubernetes.io/name=shop.');
      const { createApplication } = await api.ask<{ createApplication: object }>(queries.createApplication, { input });
      return { value: createApplication, text: [`Application ${name} is made.`] };
    },
  }),
  update: verb({
    takes: 'NAME -n PROJECT [-l LABEL=VALUE] [--kind KIND.GROUP] [--version TEXT] [--description TEXT] [--type TEXT] [--owns | --lets-go]',
    does: 'changes what is given; an empty text takes it away, labels and kinds come instead of those it had',
    words: [1, 1],
    options: { ...inProject, ...described, owns: { type: 'boolean' }, 'lets-go': { type: 'boolean' } },
    run: async ({ api, words: [name], values }) => {
      const { version, description, type, owns, 'lets-go': letsGo } = values;
      if (owns && letsGo) throw usage('Its components go with it (--owns), or they do not (--lets-go).');
      const input = { namespace: neededProject(values.namespace), name, labels: values.label?.map(labelOf), kinds: values.kind?.map(kindOf), version, description, type, owns: owns ? true : letsGo ? false : undefined };
      const { updateApplication } = await api.ask<{ updateApplication: object }>(queries.updateApplication, { input });
      return { value: updateApplication, text: [`Application ${name} is changed.`] };
    },
  }),
  delete: verb({
    takes: 'NAME -n PROJECT [--yes]',
    does: 'and what it alone owns, after showing which',
    words: [1, 1],
    options: { ...inProject, yes: { type: 'boolean', short: 'y', default: false } },
    run: async ({ api, words: [name = ''], values }) => {
      const namespace = neededProject(values.namespace);
      const { applicationRemoval: preview } = await api.ask<{ applicationRemoval: Removal }>(queries.applicationRemoval, { namespace, name });
      const goes = preview.goesCount === 0 ? 'Nothing goes with it.' : `With it go ${namesText(preview.goes, preview.goesCount)}.`;
      const stays = preview.staysCount === 0 ? [] : [`${namesText(preview.stays, preview.staysCount)} ${preview.staysCount === 1 ? 'stays' : 'stay'}.`];
      const sentences = [`This deletes the application ${name}.`, goes, ...stays, ...preview.unseen];
      await mustMean(sentences.join(' '), name, values.yes);
      await api.ask(queries.deleteApplication, { namespace, name });
      return { value: { namespace, name, ...preview }, text: [`Application ${name} is being deleted.`] };
    },
  }),
});

function neededProject(name: string | undefined): string {
  if (name === undefined) throw usage('Say which project: -n PROJECT.');
  return name;
}

function labelOf(word: string): { name: string; value: string } {
  const [name, value, ...more] = word.split('=');
  if (!name || value === undefined || more.length > 0) throw usage(`"${word}" is no label: write it as app=shop.`);
  return { name, value };
}

/** `Deployment.apps`, `Service` as kubectl writes them. */
function kindOf(word: string): { group: string; kind: string } {
  const [kind = '', ...group] = word.split('.');
  return { kind, group: group.join('.') };
}
