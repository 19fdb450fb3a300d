import { Button, Checkbox, Group, Stack, Text, TextInput } from '@mantine/core';
import { type Column, ConfirmByName, DataTable, EmptyState, GuardedButton, NameCell, Panel } from '@tidegate/ui-kit';
import { IconKey, IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import {
  DeleteWorkspaceRoleDocument,
  SetWorkspaceRoleDocument,
  type WorkspaceDetailFragment,
  WorkspacePermissionsDocument,
} from '../../api/generated/documents';
import { useAnswer } from '../../api/use-answer';
import { ActionForm } from '../../forms/action-form';
import { useSubmit } from '../../forms/use-submit';
import { Failed } from '../../shell/page-states';
import { useWorkspacesWords } from './use-workspaces-words';

type Role = WorkspaceDetailFragment['roles'][number];
type Asked = { what: 'set'; role: Role | undefined } | { what: 'delete'; role: Role };

export function RolesTab({ workspace }: { workspace: WorkspaceDetailFragment }) {
  const t = useWorkspacesWords();
  const [asked, setAsked] = useState<Asked>();
  const close = (): void => setAsked(undefined);
  const can = workspace.can.find((c) => c.action === 'setRoles');
  const columns = useColumns(can?.allowed ?? false, setAsked);
  const add = (
    <GuardedButton
      can={can}
      size="compact-sm"
      leftSection={<IconPlus size={14} />}
      onClick={() => setAsked({ what: 'set', role: undefined })}
    >
      {t('addRole')}
    </GuardedButton>
  );
  return (
    <Panel title={t('ownRoles')} aside={add} flush>
      <DataTable
        bare
        label={t('ownRoles')}
        columns={columns}
        rows={workspace.roles}
        rowKey={(r) => r.name}
        empty={
          <EmptyState icon={<IconKey size={20} />} title={t('noRoles')}>
            {t('rolesAbout')}
          </EmptyState>
        }
      />
      {asked?.what === 'set' && <SetRole workspace={workspace.name} role={asked.role} onClose={close} />}
      {asked?.what === 'delete' && <DeleteRole workspace={workspace.name} role={asked.role.name} onClose={close} />}
    </Panel>
  );
}

function useColumns(maySet: boolean, ask: (asked: Asked) => void): Column<Role>[] {
  const t = useWorkspacesWords();
  return [
    {
      key: 'name',
      title: t('role'),
      width: '240px',
      cell: (r) => (
        <NameCell below={r.displayName === r.name ? undefined : r.displayName}>
          <b>{r.name}</b>
        </NameCell>
      ),
    },
    { key: 'permissions', title: t('permissions'), cell: (r) => r.permissions.join(', ') },
    {
      key: 'more',
      title: '',
      width: '170px',
      number: true,
      cell: (role) =>
        maySet && (
          <Group gap={4} justify="flex-end" wrap="nowrap">
            <Button
              variant="subtle"
              size="compact-xs"
              aria-label={t('editRole', { name: role.name })}
              onClick={() => ask({ what: 'set', role })}
            >
              {t('change')}
            </Button>
            <Button
              variant="subtle"
              size="compact-xs"
              aria-label={t('deleteRole', { name: role.name })}
              onClick={() => ask({ what: 'delete', role })}
            >
              {t('remove')}
            </Button>
          </Group>
        ),
    },
  ];
}

function SetRole({ workspace, role, onClose }: { workspace: string; role: Role | undefined; onClose: () => void }) {
  const t = useWorkspacesWords();
  const answer = useAnswer(WorkspacePermissionsDocument, {});
  const [input, setInput] = useState({
    name: role?.name ?? '',
    displayName: role && role.displayName !== role.name ? role.displayName : '',
    permissions: role?.permissions ?? [],
  });
  const { busy, problem, error, submit } = useSubmit(SetWorkspaceRoleDocument, t('roleSet', { name: input.name }));
  const save = async (): Promise<void> => {
    if (await submit({ input: { workspace, ...input } })) onClose();
  };
  const title = role ? t('editRole', { name: role.name }) : t('addRole');
  return (
    <ActionForm
      opened
      title={title}
      action={t('save')}
      busy={busy}
      problem={problem}
      fields={['name', 'displayName', 'permissions']}
      onClose={onClose}
      onSubmit={() => void save()}
    >
      <TextInput
        data-autofocus
        label={t('name')}
        value={input.name}
        onChange={(e) => setInput({ ...input, name: e.currentTarget.value })}
        error={error('name')}
        disabled={role !== undefined}
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
      {answer.state === 'failed' && <Failed problem={answer.problem} again={answer.again} />}
      {answer.state === 'here' && (
        <Checkbox.Group
          label={t('permissions')}
          value={input.permissions}
          onChange={(permissions) => setInput({ ...input, permissions })}
          error={error('permissions')}
        >
          <Stack gap={6} mt={6}>
            {answer.data.permissions.map((p) => (
              <Checkbox
                key={p.name}
                value={p.name}
                size="xs"
                label={
                  <>
                    {p.title}{' '}
                    {p.dependsOn.length > 0 && (
                      <Text span size="xs" c="dimmed">
                        {t('comesWith', { what: p.dependsOn.join(', ') })}
                      </Text>
                    )}
                  </>
                }
              />
            ))}
          </Stack>
        </Checkbox.Group>
      )}
    </ActionForm>
  );
}

function DeleteRole({ workspace, role, onClose }: { workspace: string; role: string; onClose: () => void }) {
  const t = useWorkspacesWords();
  const { busy, problem, submit } = useSubmit(DeleteWorkspaceRoleDocument, t('roleDeleted', { name: role }));
  const confirm = async (): Promise<void> => {
    if (await submit({ workspace, role })) onClose();
  };
  return (
    <ConfirmByName
      opened
      title={t('deleteRole', { name: role })}
      name={role}
      action={t('remove')}
      busy={busy}
      problem={problem?.sentence}
      onClose={onClose}
      onConfirm={() => void confirm()}
    >
      {t('roleGoes')}
    </ConfirmByName>
  );
}
