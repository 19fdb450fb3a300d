import { usage } from '../commands/run-command.js';
import { allOf } from './pages.js';
import { type ObjectName, namesText } from './object-names.js';
import { mustMean } from './person-at-terminal.js';
import { queries } from './queries.js';
import { group, verb } from './verbs.js';

interface Project {
  name: string;
  displayName: string;
  workspace: string | null;
  isEnding: boolean;
  isSystem: boolean;
}


export const projectCommand = group('project', 'Projects: the namespaces of workspaces.', {
  list: verb({
    takes: '[-w WORKSPACE] [--system]',
    does: "those that you may see; --system also the cluster's own",
    words: [0, 0],
    options: { workspace: { type: 'string', short: 'w' }, system: { type: 'boolean', default: false } },
    run: async ({ api, values }) => {
      const all = await allOf<Project>(api, queries.projects, 'projects');
      const shown = all.filter((p) => (values.system || !p.isSystem) && (values.workspace === undefined || p.workspace === values.workspace));
      const rows = shown.map((p) => [p.name, p.workspace ?? '-', p.isEnding ? 'ending' : 'active', p.displayName]);
      return { value: shown, rows: [['NAME', 'WORKSPACE', 'STATE', 'TITLE'], ...rows], ...(shown.length === 0 ? { text: ['There is no project that you may see.'] } : {}) };
    },
  }),
  create: verb({
    takes: 'NAME -w WORKSPACE [--display-name TEXT] [--description TEXT]',
    does: 'makes one in a workspace',
    words: [1, 1],
    options: { workspace: { type: 'string', short: 'w' }, 'display-name': { type: 'string' }, description: { type: 'string' } },
    run: async ({ api, words: [name], values: { workspace, description, ...rest } }) => {
      if (workspace === undefined) throw usage('Say which workspace: -w WORKSPACE.');
      const input = { name, workspace, displayName: rest['display-name'], description };
      return { value: (await api.ask<{ createProject: object }>(queries.createProject, { input })).createProject, text: [`Project ${name} is made in ${workspace}.`] };
    },
  }),
  move: verb({
    takes: 'NAME -w WORKSPACE | NAME --out',
    does: 'into another workspace, or out of any; rights come and go with it',
    words: [1, 1],
    options: { workspace: { type: 'string', short: 'w' }, out: { type: 'boolean', default: false } },
    run: async ({ api, words: [name], values: { workspace, out } }) => {
      if ((workspace === undefined) !== out) throw usage('Say where to: -w WORKSPACE, or --out.');
      const { moveProject } = await api.ask<{ moveProject: object }>(queries.moveProject, { name, workspace: workspace ?? null });
      return { value: moveProject, text: [`Project ${name} belongs to ${workspace ?? 'no workspace'} now.`] };
    },
  }),
  delete: verb({
    takes: 'NAME [--yes]',
    does: 'with everything in it',
    words: [1, 1],
    options: { yes: { type: 'boolean', short: 'y', default: false } },
    run: async ({ api, words: [name = ''], values }) => {
      const { deletionPreview: preview } = await api.ask<{ deletionPreview: { objects: ObjectName[]; totalCount: number; unseen: string[] } }>(queries.projectDeletion, { name });
      const goes = preview.totalCount === 0 ? '' : `, and in it ${namesText(preview.objects, preview.totalCount)}`;
      await mustMean([`This deletes the project ${name}${goes}.`, ...preview.unseen].join(' '), name, values.yes);
      await api.ask(queries.deleteProject, { name });
      return { value: { name, ...preview }, text: [`Project ${name} is being deleted.`] };
    },
  }),
});
