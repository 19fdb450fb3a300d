import { Tabs, TextInput } from '@mantine/core';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { EmptyState, GuardedButton, PageHeader } from '@tidegate/ui-kit';
import { IconPencil, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { OneWorkspaceDocument, UpdateWorkspaceDocument, type WorkspaceDetailFragment } from '../../api/generated/documents';
import { useLive } from '../../api/use-answer';
import { ActionForm } from '../../forms/action-form';
import { useSubmit } from '../../forms/use-submit';
import { LinkButton } from '../../shell/link-button';
import { Failed, Waiting } from '../../shell/page-states';
import { DeleteWorkspace } from './delete-workspace';
import { MembersTab } from './members-tab';
import { RolesTab } from './roles-tab';
import { useWorkspacesWords } from './use-workspaces-words';
import { WorkspaceActivity } from './workspace-activity';
import { WorkspaceOverview } from './workspace-overview';
import { TABS } from './workspace-tab';
import { WorkspaceState } from './workspaces-page';

const FROM = '/inside/workspaces/$workspace';

export function WorkspacePage() {
  const { workspace: name } = useParams({ from: FROM });
  const answer = useLive(OneWorkspaceDocument, { name });
  if (answer.state === 'waiting') return <Waiting />;
  if (answer.state === 'failed') return <Failed problem={answer.problem} />;
  const { workspace } = answer.data;
  return workspace ? <Detail key={workspace.id} workspace={workspace} /> : <Gone name={name} />;
}

function Gone({ name }: { name: string }) {
  const t = useWorkspacesWords();
  const action = (
    <LinkButton to="/workspaces" variant="default">
      {t('all')}
    </LinkButton>
  );
  return (
    <>
      <PageHeader title={name} />
      <EmptyState title={t('gone', { name })} action={action} />
    </>
  );
}

function Detail({ workspace }: { workspace: WorkspaceDetailFragment }) {
  const t = useWorkspacesWords();
  const { tab = 'overview' } = useSearch({ from: FROM });
  const navigate = useNavigate();
  const [open, setOpen] = useState<'edit' | 'delete'>();
  const can = (action: string) => workspace.can.find((c) => c.action === action);
  const seen = TABS.filter((known) => known !== 'activity' || can('readAudit')?.allowed);
  const show = (next: string | null): void => {
    const wanted = seen.find((known) => known === next) ?? 'overview';
    void navigate({ to: '.', search: { tab: wanted === 'overview' ? undefined : wanted }, replace: true });
  };
  return (
    <>
      <PageHeader
        title={workspace.displayName}
        status={<WorkspaceState workspace={workspace} />}
        about={[
          workspace.displayName === workspace.name ? undefined : workspace.name,
          workspace.description,
          workspace.ready ? undefined : workspace.why,
        ]
          .filter(Boolean)
          .join(' · ')}
        actions={
          <>
            <GuardedButton can={can('update')} leftSection={<IconPencil size={15} />} onClick={() => setOpen('edit')}>
              {t('edit')}
            </GuardedButton>
            <GuardedButton can={can('delete')} leftSection={<IconTrash size={15} />} onClick={() => setOpen('delete')}>
              {t('delete')}
            </GuardedButton>
          </>
        }
      />
      <Tabs value={tab} onChange={show} keepMounted={false}>
        <Tabs.List mb="md">
          {seen.map((known) => (
            <Tabs.Tab key={known} value={known}>
              {t(`tabs.${known}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="overview">
          <WorkspaceOverview workspace={workspace} />
        </Tabs.Panel>
        <Tabs.Panel value="members">
          <MembersTab workspace={workspace} />
        </Tabs.Panel>
        <Tabs.Panel value="roles">
          <RolesTab workspace={workspace} />
        </Tabs.Panel>
        <Tabs.Panel value="activity">
          <WorkspaceActivity workspace={workspace.name} />
        </Tabs.Panel>
      </Tabs>
      {open === 'edit' && <EditWords workspace={workspace} onClose={() => setOpen(undefined)} />}
      {open === 'delete' && <DeleteWorkspace name={workspace.name} onClose={() => setOpen(undefined)} />}
    </>
  );
}

function EditWords({ workspace, onClose }: { workspace: WorkspaceDetailFragment; onClose: () => void }) {
  const t = useWorkspacesWords();
  const { name } = workspace;
  const [displayName, setDisplayName] = useState(workspace.displayName === name ? '' : workspace.displayName);
  const [description, setDescription] = useState(workspace.description ?? '');
  const { busy, problem, error, submit } = useSubmit(UpdateWorkspaceDocument, t('edited', { name }));
  const save = async (): Promise<void> => {
    if (await submit({ input: { name, displayName, description } })) onClose();
  };
  return (
    <ActionForm
      opened
      title={t('edit')}
      action={t('save')}
      busy={busy}
      problem={problem}
      fields={['displayName', 'description']}
      onClose={onClose}
      onSubmit={() => void save()}
    >
      <TextInput
        data-autofocus
        label={t('title')}
        value={displayName}
        onChange={(e) => setDisplayName(e.currentTarget.value)}
        error={error('displayName')}
        maxLength={80}
      />
      <TextInput
        label={t('description')}
        value={description}
        onChange={(e) => setDescription(e.currentTarget.value)}
        error={error('description')}
        maxLength={500}
      />
    </ActionForm>
  );
}
