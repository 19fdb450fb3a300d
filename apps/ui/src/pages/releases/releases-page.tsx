import { useParams, useSearch } from '@tanstack/react-router';
import { DataTable, EmptyState, PageHeader } from '@tidegate/ui-kit';
import { IconPlus, IconRipple } from '@tabler/icons-react';
import { type ReleaseRowFragment, ReleasesDocument } from '../../api/generated/documents';
import { useLive } from '../../api/use-answer';
import { useText } from '../../i18n/use-text';
import { LinkButton } from '../../shell/link-button';
import { Failed, Waiting } from '../../shell/page-states';
import { FinishedReleases } from './finished-releases';
import { useReleaseColumns } from './release-columns';
import { type ReleaseSearch, releaseMatches } from './release-filter';
import { ReleaseTools } from './release-tools';

export function ReleasesPage() {
  return <Releases search={useSearch({ from: '/inside/releases' })} />;
}

export function ProjectReleasesPage() {
  const { project } = useParams({ from: '/inside/projects/$project/releases' });
  return <Releases project={project} search={useSearch({ from: '/inside/projects/$project/releases' })} />;
}

function Releases({ project, search }: { project?: string; search: ReleaseSearch }) {
  const { t } = useText();
  const answer = useLive(ReleasesDocument, { namespace: project });
  return (
    <>
      <PageHeader title={t('releases.title')} about={t('releases.about')} actions={<Create project={project} />} />
      {answer.state === 'waiting' && <Waiting />}
      {answer.state === 'failed' && <Failed problem={answer.problem} />}
      {answer.state === 'here' &&
        (search.show === 'finished' ? (
          <FinishedReleases project={project} search={search} live={answer.data.releases} />
        ) : (
          <ReleaseTable rows={answer.data.releases} search={search} project={project} />
        ))}
    </>
  );
}

function Create({ project }: { project: string | undefined }) {
  const { t } = useText();
  return (
    <LinkButton to="/releases/new" search={{ project }} leftSection={<IconPlus size={15} />}>
      {t('newRelease.title')}
    </LinkButton>
  );
}

function ReleaseTable({ rows, search, project }: { rows: ReleaseRowFragment[]; search: ReleaseSearch; project: string | undefined }) {
  const { t } = useText();
  const columns = useReleaseColumns(project === undefined, false);
  if (rows.length === 0) {
    return (
      <DataTable
        tools={<ReleaseTools search={search} />}
        label={t('releases.title')}
        columns={columns}
        rows={rows}
        rowKey={(r) => r.id}
        empty={
          <EmptyState icon={<IconRipple size={20} />} title={t('releases.empty')} command="./tidegate demo release">
            {t('releases.emptyText')}
          </EmptyState>
        }
      />
    );
  }
  return (
    <DataTable
      label={t('releases.title')}
      columns={columns}
      rows={rows.filter((r) => releaseMatches(r, search))}
      rowKey={(r) => r.id}
      total={rows.length}
      tools={<ReleaseTools search={search} />}
      empty={<EmptyState title={t('releases.noMatch')} />}
    />
  );
}
