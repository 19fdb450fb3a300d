import { ActionIcon, Group, TextInput } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { type Column, ConfirmByName, DataTable, EmptyState, GuardedButton, Panel } from '@tidegate/ui-kit';
import { IconArrowRight, IconFolders, IconPlus, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import {
  CreateProjectDocument,
  DeleteProjectDocument,
  DeletionPreviewDocument,
  MoveProjectDocument,
  type WorkspaceDetailFragment,
} from '../../api/generated/documents';
import { useAnswer } from '../../api/use-answer';
import { ActionForm } from '../../forms/action-form';
import { useSubmit } from '../../forms/use-submit';
import { useWorkspacesWords } from './use-workspaces-words';

type Asked = { what: 'create' } | { what: 'delete' | 'move'; project: string };
const SHOWN = 12;

export function WorkspaceProjects({ workspace }: { workspace: WorkspaceDetailFragment }) {
  const t = useWorkspacesWords();
  const [asked, setAsked] = useState<Asked>();
  const close = (): void => setAsked(undefined);
  const can = workspace.can.find((c) => c.action === 'createProject');
  const columns = useColumns(can?.allowed ?? false, setAsked);
  const create = (
    <GuardedButton can={can} size="compact-sm" leftSection={<IconPlus size={14} />} onClick={() => setAsked({ what: 'create' })}>
      {t('createProject')}
    </GuardedButton>
  );
  return (
    <Panel title={t('projects')} aside={create} flush>
      <DataTable
        bare
        label={t('projects')}
        columns={columns}
        rows={workspace.projects.map((name) => ({ name }))}
        rowKey={(p) => p.name}
        empty={<EmptyState icon={<IconFolders size={20} />} title={t('noProjects')} />}
      />
      {asked?.what === 'create' && <CreateProject workspace={workspace.name} onClose={close} />}
      {asked?.what === 'delete' && <DeleteProject name={asked.project} onClose={close} />}
      {asked?.what === 'move' && <MoveProject name={asked.project} onClose={close} />}
    </Panel>
  );
}

/** Who may make projects administers those that he made; of others' the API says so. */
function useColumns(mayChange: boolean, ask: (asked: Asked) => void): Column<{ name: string }>[] {
  const t = useWorkspacesWords();
  return [
    {
      key: 'name',
      title: t('name'),
      cell: ({ name }) => (
        <Link to="/projects/$project" params={{ project: name }}>
          {name}
        </Link>
      ),
    },
    {
      key: 'more',
      title: '',
      width: '96px',
      number: true,
      cell: ({ name }) =>
        mayChange && (
          <Group gap={4} justify="flex-end" wrap="nowrap">
            <ActionIcon aria-label={t('moveOf', { name })} onClick={() => ask({ what: 'move', project: name })}>
              <IconArrowRight size={15} />
            </ActionIcon>
            <ActionIcon aria-label={t('deleteProjectOf', { name })} onClick={() => ask({ what: 'delete', project: name })}>
              <IconTrash size={15} />
            </ActionIcon>
          </Group>
        ),
    },
  ];
}

function CreateProject({ workspace, onClose }: { workspace: string; onClose: () => void }) {
  const t = useWorkspacesWords();
  const [input, setInput] = useState({ name: '', displayName: '', description: '' });
  const { busy, problem, error, submit } = useSubmit(CreateProjectDocument, t('projectCreated', { name: input.name }));
  const create = async (): Promise<void> => {
    if (await submit({ input: { workspace, ...input } })) onClose();
  };
  return (
    <ActionForm
      opened
      title={t('createProject')}
      action={t('createProject')}
      busy={busy}
      problem={problem}
      fields={['name', 'displayName', 'description']}
      onClose={onClose}
      onSubmit={() => void create()}
    >
      <TextInput
        data-autofocus
        label={t('name')}
        value={input.name}
        onChange={(e) => setInput({ ...input, name: e.currentTarget.value })}
        error={error('name')}
        autoComplete="off"
        required
        maxLength={63}
      />
      <TextInput
        label={t('title')}
        value={input.displayName}
        onChange={(e) => setInput({ ...input, displayName: e.currentTarget.value })}
        error={error('displayName')}
        maxLength={80}
      />
      <TextInput
        label={t('description')}
        value={input.description}
        onChange={(e) => setInput({ ...input, description: e.currentTarget.value })}
        error={error('description')}
        maxLength={500}
      />
    </ActionForm>
  );
}

function DeleteProject({ name, onClose }: { name: string; onClose: () => void }) {
  const t = useWorkspacesWords();
  const preview = useAnswer(DeletionPreviewDocument, { input: { apiVersion: 'v1', kind: 'Namespace', name } });
  const { busy, problem, submit } = useSubmit(DeleteProjectDocument, t('projectDeleted', { name }));
  const confirm = async (): Promise<void> => {
    if (await submit({ name })) onClose();
  };
  const found = preview.state === 'here' ? preview.data.deletionPreview : undefined;
  const shown = (found?.objects ?? [])
    .slice(0, SHOWN)
    .map((o) => `${o.kind} ${o.name}`)
    .join(', ');
  const count = (found?.totalCount ?? 0) - SHOWN;
  return (
    <ConfirmByName
      opened
      title={t('deleteProjectOf', { name })}
      name={name}
      action={t('deleteProject')}
      busy={busy}
      problem={problem?.sentence}
      onClose={onClose}
      onConfirm={() => void confirm()}
    >
      {t('projectGoes')} {shown !== '' && t('goesToo', { what: count > 0 ? t('andMore', { what: shown, count }) : shown })}{' '}
      {found?.unseen.join(' ')}
    </ConfirmByName>
  );
}

function MoveProject({ name, onClose }: { name: string; onClose: () => void }) {
  const t = useWorkspacesWords();
  const [workspace, setWorkspace] = useState('');
  const { busy, problem, error, submit } = useSubmit(MoveProjectDocument, t('moved', { name }));
  const move = async (): Promise<void> => {
    if (await submit({ name, workspace: workspace.trim() || null })) onClose();
  };
  return (
    <ActionForm
      opened
      title={t('moveOf', { name })}
      action={t('move')}
      busy={busy}
      problem={problem}
      fields={['workspace']}
      onClose={onClose}
      onSubmit={() => void move()}
    >
      <TextInput
        data-autofocus
        label={t('moveTo')}
        description={t('moveAbout')}
        value={workspace}
        onChange={(e) => setWorkspace(e.currentTarget.value)}
        error={error('workspace')}
        autoComplete="off"
        maxLength={63}
      />
    </ActionForm>
  );
}
