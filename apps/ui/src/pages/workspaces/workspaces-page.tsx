import { TextInput } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { type Column, DataTable, EmptyState, GuardedButton, NameCell, PageHeader, StatusWord, useNow } from '@tidegate/ui-kit';
import { IconBuildingCommunity, IconPlus, IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { CreateWorkspaceDocument, type WorkspaceRowFragment, WorkspacesDocument } from '../../api/generated/documents';
import { useLive } from '../../api/use-answer';
import { ActionForm } from '../../forms/action-form';
import { useSubmit } from '../../forms/use-submit';
import { useText } from '../../i18n/use-text';
import { usePlatformPermissions } from '../../session/use-me';
import { Failed, Waiting } from '../../shell/page-states';
import { SEARCH_FIELD } from '../../shell/use-shortcuts';
import { useWorkspacesWords } from './use-workspaces-words';

const MOST = 1_000;

/** Teams that whoever looks may see. */
export function WorkspacesPage() {
  const { t: common } = useText();
  const t = useWorkspacesWords();
  const can = usePlatformPermissions();
  const answer = useLive(WorkspacesDocument, { first: MOST });
  const [find, setFind] = useState('');
  const [creating, setCreating] = useState(false);
  const columns = useColumns();
  const wanted = find.trim().toLowerCase();
  const create = (
    <GuardedButton can={can('createWorkspace')} variant="filled" leftSection={<IconPlus size={15} />} onClick={() => setCreating(true)}>
      {t('create')}
    </GuardedButton>
  );
  return (
    <>
      <PageHeader title={common('places.workspaces')} about={t('about')} actions={create} />
      {answer.state === 'waiting' && <Waiting />}
      {answer.state === 'failed' && <Failed problem={answer.problem} />}
      {answer.state === 'here' && (
        <DataTable
          label={common('places.workspaces')}
          columns={columns}
          rows={answer.data.workspaces.edges
            .map(({ node }) => node)
            .filter((w) => w.name.includes(wanted) || w.displayName.toLowerCase().includes(wanted))}
          rowKey={(w) => w.id}
          total={answer.data.workspaces.totalCount}
          tools={
            <TextInput
              {...SEARCH_FIELD}
              type="search"
              aria-label={t('search')}
              placeholder={t('search')}
              leftSection={<IconSearch size={15} />}
              value={find}
              onChange={(event) => setFind(event.currentTarget.value)}
              maxLength={100}
              w={260}
            />
          }
          empty={
            <EmptyState icon={<IconBuildingCommunity size={20} />} title={t('empty')}>
              {t('emptyText')}
            </EmptyState>
          }
        />
      )}
      <CreateWorkspace opened={creating} onClose={() => setCreating(false)} />
    </>
  );
}

export function WorkspaceState({ workspace }: { workspace: Pick<WorkspaceRowFragment, 'ready' | 'isEnding'> }) {
  const t = useWorkspacesWords();
  if (workspace.isEnding) return <StatusWord tone="wait">{t('ending')}</StatusWord>;
  return workspace.ready ? <StatusWord tone="good">{t('ready')}</StatusWord> : <StatusWord tone="wait">{t('notReady')}</StatusWord>;
}

function useColumns(): Column<WorkspaceRowFragment>[] {
  const { figures } = useText();
  const t = useWorkspacesWords();
  const now = useNow(30_000);
  return [
    {
      key: 'name',
      title: t('workspace'),
      cell: (w) => (
        <NameCell below={w.displayName === w.name ? w.description : w.name}>
          <Link to="/workspaces/$workspace" params={{ workspace: w.name }}>
            {w.displayName}
          </Link>
        </NameCell>
      ),
    },
    { key: 'state', title: t('state'), width: '150px', cell: (w) => <WorkspaceState workspace={w} /> },
    { key: 'projects', title: t('projects'), number: true, width: '110px', cell: (w) => figures.number(w.projects.length) },
    { key: 'members', title: t('members'), number: true, width: '110px', cell: (w) => figures.number(w.members.length) },
    { key: 'made', title: t('made'), number: true, width: '110px', wide: true, cell: (w) => figures.ago(w.createdAt, now) },
  ];
}

const EMPTY = { name: '', displayName: '', description: '', administrators: '' };

function CreateWorkspace({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const t = useWorkspacesWords();
  const [input, setInput] = useState(EMPTY);
  const { busy, problem, error, submit, forget } = useSubmit(CreateWorkspaceDocument, t('created', { name: input.name }));
  const close = (): void => {
    forget();
    setInput(EMPTY);
    onClose();
  };
  const create = async (): Promise<void> => {
    const administrators = input.administrators
      .split(',')
      .map((a) => a.trim())
      .filter((a) => a !== '');
    if (await submit({ input: { ...input, administrators } })) close();
  };
  const set = (change: Partial<typeof EMPTY>): void => setInput({ ...input, ...change });
  return (
    <ActionForm
      opened={opened}
      title={t('create')}
      action={t('create')}
      busy={busy}
      problem={problem}
      fields={['name', 'displayName', 'description', 'administrators']}
      onClose={close}
      onSubmit={() => void create()}
    >
      <TextInput
        data-autofocus
        label={t('name')}
        value={input.name}
        onChange={(e) => set({ name: e.currentTarget.value })}
        error={error('name')}
        autoComplete="off"
        required
        maxLength={63}
      />
      <TextInput
        label={t('title')}
        value={input.displayName}
        onChange={(e) => set({ displayName: e.currentTarget.value })}
        error={error('displayName')}
        maxLength={80}
      />
      <TextInput
        label={t('description')}
        value={input.description}
        onChange={(e) => set({ description: e.currentTarget.value })}
        error={error('description')}
        maxLength={500}
      />
      <TextInput
        label={t('administrators')}
        description={t('administratorsAbout')}
        value={input.administrators}
        onChange={(e) => set({ administrators: e.currentTarget.value })}
        error={error('administrators')}
        autoComplete="off"
        required
        maxLength={1_000}
      />
    </ActionForm>
  );
}
