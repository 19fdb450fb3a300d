import { Button, Select, TextInput } from '@mantine/core';
import { type Column, ConfirmByName, DataTable, EmptyState, GuardedButton, Panel, toastDone, toastProblem } from '@tidegate/ui-kit';
import { IconUserPlus, IconUsers } from '@tabler/icons-react';
import { useState } from 'react';
import {
  type MemberKind,
  RemoveWorkspaceMemberDocument,
  SetWorkspaceMemberDocument,
  type WorkspaceDetailFragment,
} from '../../api/generated/documents';
import { useAction } from '../../api/use-answer';
import { ActionForm } from '../../forms/action-form';
import { useSubmit } from '../../forms/use-submit';
import { useWorkspacesWords } from './use-workspaces-words';

type Member = WorkspaceDetailFragment['members'][number];
const KINDS: readonly MemberKind[] = ['USER', 'GROUP', 'SERVICE_ACCOUNT'];
const BUILT_IN = ['admin', 'self-provisioner', 'regular', 'viewer'] as const;
const called = ({ name, namespace }: Member): string => (namespace === null ? name : `${namespace}/${name}`);

/** Roles that members of it can have, with what each is. */
function useRoles(workspace: WorkspaceDetailFragment): { value: string; label: string }[] {
  const t = useWorkspacesWords();
  return [
    ...BUILT_IN.map((value) => ({ value, label: t(`roleNames.${value}`) })),
    ...workspace.roles.map((r) => ({ value: r.name, label: r.displayName === r.name ? r.name : `${r.name}: ${r.displayName}` })),
  ];
}

export function MembersTab({ workspace }: { workspace: WorkspaceDetailFragment }) {
  const t = useWorkspacesWords();
  const [adding, setAdding] = useState(false);
  const [removing, setRemoving] = useState<Member>();
  const can = workspace.can.find((c) => c.action === 'setMembers');
  const columns = useColumns(workspace, can?.allowed ?? false, setRemoving);
  const add = (
    <GuardedButton can={can} size="compact-sm" leftSection={<IconUserPlus size={14} />} onClick={() => setAdding(true)}>
      {t('addMember')}
    </GuardedButton>
  );
  return (
    <Panel title={t('members')} aside={add} flush>
      <DataTable
        bare
        label={t('members')}
        columns={columns}
        rows={workspace.members}
        rowKey={(m) => `${m.kind} ${called(m)}`}
        empty={<EmptyState icon={<IconUsers size={20} />} title={t('members')} />}
      />
      {adding && <AddMember workspace={workspace} onClose={() => setAdding(false)} />}
      {removing && <RemoveMember workspace={workspace.name} member={removing} onClose={() => setRemoving(undefined)} />}
    </Panel>
  );
}

function useColumns(workspace: WorkspaceDetailFragment, maySet: boolean, remove: (member: Member) => void): Column<Member>[] {
  const t = useWorkspacesWords();
  return [
    { key: 'name', title: t('member'), cell: (m) => <b>{called(m)}</b> },
    { key: 'kind', title: t('kind'), width: '160px', wide: true, cell: (m) => t(`kinds.${m.kind}`) },
    { key: 'role', title: t('role'), width: '260px', cell: (m) => (maySet ? <RoleChoice workspace={workspace} member={m} /> : m.role) },
    {
      key: 'more',
      title: '',
      width: '120px',
      number: true,
      cell: (m) =>
        maySet && (
          <Button variant="subtle" size="compact-xs" aria-label={t('removeMemberOf', { name: called(m) })} onClick={() => remove(m)}>
            {t('removeMember')}
          </Button>
        ),
    },
  ];
}

function RoleChoice({ workspace, member }: { workspace: WorkspaceDetailFragment; member: Member }) {
  const t = useWorkspacesWords();
  const roles = useRoles(workspace);
  const { busy, act } = useAction(SetWorkspaceMemberDocument);
  const set = async (role: string | null): Promise<void> => {
    if (role === null || role === member.role) return;
    const { kind, name, namespace } = member;
    const outcome = await act({ input: { workspace: workspace.name, kind, name, namespace, role } });
    if (outcome.done) toastDone(t('memberSet', { name: called(member), role }));
    else toastProblem(outcome.problem.sentence, outcome.problem.remedy);
  };
  return (
    <Select
      aria-label={t('roleOf', { name: called(member) })}
      size="xs"
      data={roles}
      value={member.role}
      onChange={(role) => void set(role)}
      allowDeselect={false}
      disabled={busy}
    />
  );
}

function AddMember({ workspace, onClose }: { workspace: WorkspaceDetailFragment; onClose: () => void }) {
  const t = useWorkspacesWords();
  const roles = useRoles(workspace);
  const [input, setInput] = useState<{ kind: MemberKind; name: string; namespace: string; role: string }>({
    kind: 'USER',
    name: '',
    namespace: '',
    role: 'viewer',
  });
  const { kind, role } = input;
  const { busy, problem, error, submit } = useSubmit(SetWorkspaceMemberDocument, t('memberSet', { name: input.name, role }));
  const add = async (): Promise<void> => {
    const namespace = kind === 'SERVICE_ACCOUNT' ? input.namespace.trim() : null;
    if (await submit({ input: { workspace: workspace.name, kind, name: input.name.trim(), namespace, role } })) onClose();
  };
  return (
    <ActionForm
      opened
      title={t('addMember')}
      action={t('addMember')}
      busy={busy}
      problem={problem}
      fields={['name', 'namespace', 'role']}
      onClose={onClose}
      onSubmit={() => void add()}
    >
      <Select
        label={t('kind')}
        data={KINDS.map((value) => ({ value, label: t(`kinds.${value}`) }))}
        value={kind}
        onChange={(value) => setInput({ ...input, kind: KINDS.find((k) => k === value) ?? kind })}
        allowDeselect={false}
      />
      <TextInput
        data-autofocus
        label={t('name')}
        value={input.name}
        onChange={(e) => setInput({ ...input, name: e.currentTarget.value })}
        error={error('name')}
        autoComplete="off"
        required
        maxLength={253}
      />
      {kind === 'SERVICE_ACCOUNT' && (
        <TextInput
          label={t('namespace')}
          value={input.namespace}
          onChange={(e) => setInput({ ...input, namespace: e.currentTarget.value })}
          error={error('namespace')}
          required
          maxLength={63}
        />
      )}
      <Select
        label={t('role')}
        data={roles}
        value={role}
        onChange={(value) => setInput({ ...input, role: value ?? role })}
        error={error('role')}
        allowDeselect={false}
      />
    </ActionForm>
  );
}

function RemoveMember({ workspace, member, onClose }: { workspace: string; member: Member; onClose: () => void }) {
  const t = useWorkspacesWords();
  const name = called(member);
  const { busy, problem, submit } = useSubmit(RemoveWorkspaceMemberDocument, t('memberRemoved', { name }));
  const confirm = async (): Promise<void> => {
    const { kind, namespace } = member;
    if (await submit({ input: { workspace, kind, name: member.name, namespace } })) onClose();
  };
  return (
    <ConfirmByName
      opened
      title={t('removeMemberOf', { name })}
      name={name}
      action={t('removeMember')}
      busy={busy}
      problem={problem?.sentence}
      onClose={onClose}
      onConfirm={() => void confirm()}
    >
      {t('memberLoses', { name })}
    </ConfirmByName>
  );
}
