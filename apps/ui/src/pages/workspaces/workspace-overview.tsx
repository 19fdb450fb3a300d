import { Select, Textarea } from '@mantine/core';
import { Columns, Facts, GuardedButton, Meter, Panel } from '@tidegate/ui-kit';
import { IconAdjustments } from '@tabler/icons-react';
import { useState } from 'react';
import { UpdateWorkspaceDocument, type WorkspaceDetailFragment, type WorkspaceIsolation } from '../../api/generated/documents';
import { ActionForm } from '../../forms/action-form';
import { useSubmit } from '../../forms/use-submit';
import { type Amount, amountNumber, amountsText, readAmounts } from './amounts';
import { useWorkspacesWords } from './use-workspaces-words';
import { WorkspaceProjects } from './workspace-projects';

const ISOLATIONS: readonly WorkspaceIsolation[] = ['NONE', 'WORKSPACE', 'PROJECT'];

/** What its projects may do and use, and which they are. */
export function WorkspaceOverview({ workspace }: { workspace: WorkspaceDetailFragment }) {
  const t = useWorkspacesWords();
  const [editing, setEditing] = useState(false);
  const can = workspace.can.find((c) => c.action === 'setBounds');
  const { quota, projectQuota, hosts } = workspace;
  const change = (
    <GuardedButton can={can} size="compact-sm" leftSection={<IconAdjustments size={14} />} onClick={() => setEditing(true)}>
      {t('editBounds')}
    </GuardedButton>
  );
  return (
    <>
      <WorkspaceProjects workspace={workspace} />
      <Columns>
        <Panel title={t('bounds')} aside={change}>
          <Facts
            facts={[
              { name: t('isolation'), value: t(`isolations.${workspace.isolation}`) },
              { name: t('hosts'), value: hosts === null ? t('anyHost') : hosts.join(', ') || t('noHost') },
              { name: t('projectQuota'), value: projectQuota.map((q) => `${q.name} ${q.hard}`).join(', ') || t('noQuota') },
            ]}
          />
        </Panel>
        <Panel title={t('quota')}>
          {quota.length === 0 && t('noQuota')}
          {quota.map((q) => (
            <Meter
              key={q.name}
              label={q.name}
              used={amountNumber(q.used ?? '0')}
              limit={amountNumber(q.hard)}
              words={q.used === null ? t('counting') : t('usedOf', { used: q.used, hard: q.hard })}
            />
          ))}
        </Panel>
      </Columns>
      {editing && <EditBounds workspace={workspace} onClose={() => setEditing(false)} />}
    </>
  );
}

function EditBounds({ workspace, onClose }: { workspace: WorkspaceDetailFragment; onClose: () => void }) {
  const t = useWorkspacesWords();
  const [isolation, setIsolation] = useState(workspace.isolation);
  const [hosts, setHosts] = useState(workspace.hosts === null ? '*' : workspace.hosts.join('\n'));
  const [texts, setTexts] = useState({ quota: amountsText(workspace.quota), projectQuota: amountsText(workspace.projectQuota) });
  const [wrong, setWrong] = useState<Partial<Record<keyof typeof texts, string>>>({});
  const { busy, problem, error, submit } = useSubmit(UpdateWorkspaceDocument, t('edited', { name: workspace.name }));
  const save = async (): Promise<void> => {
    const [quota, projectQuota] = [readAmounts(texts.quota), readAmounts(texts.projectQuota)];
    const noLimit = (read: Amount[] | { wrong: string }): string | undefined =>
      'wrong' in read ? t('noLimit', { line: read.wrong }) : undefined;
    setWrong({ quota: noLimit(quota), projectQuota: noLimit(projectQuota) });
    if ('wrong' in quota || 'wrong' in projectQuota) return;
    const names = hosts
      .split('\n')
      .map((h) => h.trim())
      .filter((h) => h !== '');
    if (await submit({ input: { name: workspace.name, isolation, hosts: names, quota, projectQuota } })) onClose();
  };
  const errorOf = (field: keyof typeof texts): string | undefined =>
    wrong[field] ?? error(field) ?? error(`${field}.name`) ?? error(`${field}.hard`);
  return (
    <ActionForm
      opened
      title={t('editBounds')}
      action={t('save')}
      busy={busy}
      problem={problem}
      fields={['hosts', 'quota', 'quota.name', 'quota.hard', 'projectQuota', 'projectQuota.name', 'projectQuota.hard']}
      onClose={onClose}
      onSubmit={() => void save()}
    >
      <Select
        label={t('isolation')}
        data={ISOLATIONS.map((value) => ({ value, label: t(`isolations.${value}`) }))}
        value={isolation}
        onChange={(value) => setIsolation(ISOLATIONS.find((i) => i === value) ?? isolation)}
        allowDeselect={false}
      />
      {(['quota', 'projectQuota'] as const).map((field) => (
        <Textarea
          key={field}
          label={t(field)}
          description={t('quotaAbout')}
          autosize
          minRows={2}
          value={texts[field]}
          onChange={(e) => setTexts({ ...texts, [field]: e.currentTarget.value })}
          error={errorOf(field)}
        />
      ))}
      <Textarea
        label={t('hosts')}
        description={t('hostsAbout')}
        autosize
        minRows={2}
        value={hosts}
        onChange={(e) => setHosts(e.currentTarget.value)}
        error={error('hosts')}
      />
    </ActionForm>
  );
}
