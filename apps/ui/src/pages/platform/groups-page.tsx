import { Group, Pill, TextInput } from '@mantine/core';
import {
  type Column,
  ConfirmByName,
  DataTable,
  EmptyState,
  GuardedButton,
  GuardedIcon,
  NameCell,
  PageHeader,
  type Permission,
  toastProblem,
} from '@tidegate/ui-kit';
import { IconPlus, IconTrash, IconUserPlus } from '@tabler/icons-react';
import { useState } from 'react';
import {
  AddGroupMemberDocument,
  CreateGroupDocument,
  DeleteGroupDocument,
  type GroupRowFragment,
  GroupsDocument,
  RemoveGroupMemberDocument,
} from '../../api/generated/documents';
import { useAction, useAnswer } from '../../api/use-answer';
import { ActionForm } from '../../forms/action-form';
import { useSubmit } from '../../forms/use-submit';
import { useText } from '../../i18n/use-text';
import { usePlatformPermissions } from '../../session/use-me';
import { Failed, Waiting } from '../../shell/page-states';

type Asked = { what: 'create' } | { what: 'delete' | 'add'; group: string };

/** Groups are what roles are given to. */
export function GroupsPage() {
  const { t } = useText();
  const answer = useAnswer(GroupsDocument, {});
  const [asked, setAsked] = useState<Asked>();
  const close = (): void => setAsked(undefined);
  const can = usePlatformPermissions();
  const columns = useColumns(setAsked, can);
  return (
    <>
      <PageHeader
        title={t('places.groups')}
        about={t('groups.about')}
        actions={
          <GuardedButton
            can={can('createGroup')}
            variant="filled"
            leftSection={<IconPlus size={15} />}
            onClick={() => setAsked({ what: 'create' })}
          >
            {t('groups.create')}
          </GuardedButton>
        }
      />
      {answer.state === 'waiting' && <Waiting />}
      {answer.state === 'failed' && <Failed problem={answer.problem} again={answer.again} />}
      {answer.state === 'here' && (
        <DataTable
          label={t('places.groups')}
          columns={columns}
          rows={answer.data.groups}
          rowKey={(g) => g.id}
          empty={<EmptyState title={t('groups.empty')}>{t('groups.about')}</EmptyState>}
        />
      )}
      <GroupCreate opened={asked?.what === 'create'} onClose={close} />
      <GroupDelete group={asked?.what === 'delete' ? asked.group : undefined} onClose={close} />
      <MemberAdd group={asked?.what === 'add' ? asked.group : undefined} onClose={close} />
    </>
  );
}

function useColumns(ask: (asked: Asked) => void, can: ReturnType<typeof usePlatformPermissions>): Column<GroupRowFragment>[] {
  const { t } = useText();
  return [
    {
      key: 'group',
      title: t('groups.group'),
      width: '260px',
      cell: (g) => (
        <NameCell below={g.description}>
          <b>{g.name}</b>
        </NameCell>
      ),
    },
    {
      key: 'members',
      title: t('groups.members'),
      cell: (g) => <Members group={g} can={can('updateGroups')} onAdd={() => ask({ what: 'add', group: g.name })} />,
    },
    {
      key: 'more',
      title: '',
      width: '56px',
      number: true,
      cell: (g) => (
        <GuardedIcon
          can={can('deleteGroups')}
          label={t('groups.deleteOf', { name: g.name })}
          onClick={() => ask({ what: 'delete', group: g.name })}
        >
          <IconTrash size={15} />
        </GuardedIcon>
      ),
    },
  ];
}

function Members({ group, can, onAdd }: { group: GroupRowFragment; can: Permission | undefined; onAdd: () => void }) {
  const { t } = useText();
  const { act } = useAction(RemoveGroupMemberDocument);
  const remove = async (account: string): Promise<void> => {
    const outcome = await act({ group: group.name, account });
    if (!outcome.done) toastProblem(outcome.problem.sentence, outcome.problem.remedy);
  };
  return (
    <Group gap={6}>
      {group.members.map((account) => (
        <Pill
          key={account}
          withRemoveButton={can?.allowed !== false}
          onRemove={() => void remove(account)}
          removeButtonProps={{ 'aria-label': t('groups.removeOf', { account, group: group.name }), 'aria-hidden': false, tabIndex: 0 }}
        >
          {account}
        </Pill>
      ))}
      <GuardedIcon can={can} size="sm" label={t('groups.addTo', { group: group.name })} onClick={onAdd}>
        <IconUserPlus size={15} />
      </GuardedIcon>
    </Group>
  );
}

function GroupCreate({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useText();
  const [name, setName] = useState('');
  const [description, setDescription] = useState('');
  const { busy, problem, error, submit, forget } = useSubmit(CreateGroupDocument, t('groups.created', { name }));
  const close = (): void => {
    forget();
    setName('');
    setDescription('');
    onClose();
  };
  const create = async (): Promise<void> => {
    if (await submit({ name, description })) close();
  };
  return (
    <ActionForm
      opened={opened}
      title={t('groups.create')}
      action={t('groups.create')}
      busy={busy}
      problem={problem}
      fields={['name', 'description']}
      onClose={close}
      onSubmit={() => void create()}
    >
      <TextInput
        data-autofocus
        label={t('groups.name')}
        value={name}
        onChange={(e) => setName(e.currentTarget.value)}
        error={error('name')}
        autoComplete="off"
        required
        maxLength={63}
      />
      <TextInput
        label={t('groups.description')}
        value={description}
        onChange={(e) => setDescription(e.currentTarget.value)}
        error={error('description')}
        maxLength={200}
      />
    </ActionForm>
  );
}

function MemberAdd({ group, onClose }: { group: string | undefined; onClose: () => void }) {
  const { t } = useText();
  const [account, setAccount] = useState('');
  const { busy, problem, error, submit, forget } = useSubmit(AddGroupMemberDocument, t('groups.added', { account, group: group ?? '' }));
  const close = (): void => {
    forget();
    setAccount('');
    onClose();
  };
  const add = async (): Promise<void> => {
    if (group !== undefined && (await submit({ group, account: account.trim() }))) close();
  };
  return (
    <ActionForm
      opened={group !== undefined}
      title={t('groups.addTo', { group: group ?? '' })}
      action={t('groups.add')}
      busy={busy}
      problem={problem}
      fields={['account']}
      onClose={close}
      onSubmit={() => void add()}
    >
      <TextInput
        data-autofocus
        label={t('signIn.account')}
        value={account}
        onChange={(e) => setAccount(e.currentTarget.value)}
        error={error('account')}
        autoComplete="off"
        required
        maxLength={63}
      />
    </ActionForm>
  );
}

function GroupDelete({ group, onClose }: { group: string | undefined; onClose: () => void }) {
  const { t } = useText();
  const name = group ?? '';
  const { busy, problem, submit, forget } = useSubmit(DeleteGroupDocument, t('groups.deleted', { name }));
  const close = (): void => {
    forget();
    onClose();
  };
  const confirm = async (): Promise<void> => {
    if (await submit({ name })) close();
  };
  return (
    <ConfirmByName
      opened={group !== undefined}
      title={t('groups.deleteOf', { name })}
      name={name}
      action={t('groups.delete')}
      busy={busy}
      problem={problem?.sentence}
      onClose={close}
      onConfirm={() => void confirm()}
    >
      {t('groups.deleteAbout')}
    </ConfirmByName>
  );
}
