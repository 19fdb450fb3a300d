import { DataTable, EmptyState } from '@tidegate/ui-kit';
import { IconHistory } from '@tabler/icons-react';
import { useState } from 'react';
import { ActivityDocument, type EntryRowFragment } from '../../api/generated/documents';
import { usePages } from '../../api/use-pages';
import { Failed, Waiting } from '../../shell/page-states';
import { Entry, useEntryColumns } from '../activity/activity-page';
import { useWorkspacesWords } from './use-workspaces-words';

/** What was done in the workspace and its projects. */
export function WorkspaceActivity({ workspace }: { workspace: string }) {
  const t = useWorkspacesWords();
  const [shown, setShown] = useState<EntryRowFragment>();
  const columns = useEntryColumns(setShown);
  const pages = usePages(
    ActivityDocument,
    { filter: { workspace } },
    (data) => data.audit,
    (variables, before) => ({ ...variables, before }),
  );
  if (pages.answer.state === 'waiting') return <Waiting />;
  if (pages.answer.state === 'failed') return <Failed problem={pages.answer.problem} again={pages.again} />;
  return (
    <>
      <DataTable
        label={t('tabs.activity')}
        columns={columns}
        rows={pages.rows}
        rowKey={(e) => e.id}
        more={pages.more}
        empty={<EmptyState icon={<IconHistory size={20} />} title={t('nothingRecorded')} />}
      />
      <Entry entry={shown} onClose={() => setShown(undefined)} />
    </>
  );
}
