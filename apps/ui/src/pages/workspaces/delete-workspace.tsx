import { Checkbox, Stack } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { ConfirmByName } from '@tidegate/ui-kit';
import { useState } from 'react';
import { DeleteWorkspaceDocument, WorkspaceDeletionDocument } from '../../api/generated/documents';
import { useAnswer } from '../../api/use-answer';
import { useSubmit } from '../../forms/use-submit';
import { useWorkspacesWords } from './use-workspaces-words';

/** Shows what becomes of its projects, before anything does. */
export function DeleteWorkspace({ name, onClose }: { name: string; onClose: () => void }) {
  const t = useWorkspacesWords();
  const navigate = useNavigate();
  const [cascade, setCascade] = useState(false);
  const projects = cascade ? 'CASCADE' : 'ORPHAN';
  const preview = useAnswer(WorkspaceDeletionDocument, { name, projects });
  const { busy, problem, submit } = useSubmit(DeleteWorkspaceDocument, t('deleted', { name }));
  const confirm = async (): Promise<void> => {
    if (!(await submit({ name, projects }))) return;
    onClose();
    void navigate({ to: '/workspaces' });
  };
  const { deletes = [], leaves = [] } = preview.state === 'here' ? preview.data.workspaceDeletion : {};
  return (
    <ConfirmByName
      opened
      title={t('delete')}
      name={name}
      action={t('delete')}
      busy={busy}
      problem={problem?.sentence}
      onClose={onClose}
      onConfirm={() => void confirm()}
    >
      <Stack gap="xs">
        {t('deleteAbout')}
        <Checkbox size="xs" label={t('cascade')} checked={cascade} onChange={(e) => setCascade(e.currentTarget.checked)} />
        {deletes.length > 0 && <b>{t('goes', { what: deletes.join(', ') })}</b>}
        {leaves.length > 0 && <span>{t('stays', { what: leaves.join(', ') })}</span>}
      </Stack>
    </ConfirmByName>
  );
}
