import { DataTable, EmptyState } from '@tidegate/ui-kit';
import { useMemo } from 'react';
import { type ReleaseRowFragment, ReleaseHistoryDocument } from '../../api/generated/documents';
import { usePages } from '../../api/use-pages';
import { useText } from '../../i18n/use-text';
import { Failed, Waiting } from '../../shell/page-states';
import { joinFinished } from './join-finished';
import { useReleaseColumns } from './release-columns';
import { type ReleaseSearch, releaseMatches } from './release-filter';
import { ReleaseTools } from './release-tools';

interface FinishedReleasesProps {
  project: string | undefined;
  search: ReleaseSearch;
  /** Those that Kubernetes has, as they change. */
  live: readonly ReleaseRowFragment[];
}

/** All that are over, page by page, also those that Kubernetes has forgotten. */
export function FinishedReleases({ project, search, live }: FinishedReleasesProps) {
  const { t } = useText();
  const columns = useReleaseColumns(project === undefined, true);
  const pages = usePages(
    ReleaseHistoryDocument,
    { namespace: project ?? null, service: search.service ?? null },
    (data) => data.releaseHistory,
    (variables, before) => ({ ...variables, before }),
  );
  const rows = useMemo(
    () => joinFinished(live, pages.rows, pages.more !== undefined).filter((r) => releaseMatches(r, search)),
    [live, pages.rows, pages.more, search],
  );
  if (pages.answer.state === 'waiting') return <Waiting />;
  if (pages.answer.state === 'failed') return <Failed problem={pages.answer.problem} again={pages.again} />;
  return (
    <DataTable
      label={t('releases.title')}
      columns={columns}
      rows={rows}
      rowKey={(r) => r.uid}
      more={pages.more}
      tools={<ReleaseTools search={search} />}
      empty={<EmptyState title={t('releases.noMatch')}>{t('releases.kept')}</EmptyState>}
    />
  );
}
