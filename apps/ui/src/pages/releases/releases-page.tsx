import { SegmentedControl, TextInput } from '@mantine/core';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { type Column, DataTable, EmptyState, NameCell, PageHeader, useNow } from '@tidegate/ui-kit';
import { IconPlus, IconRipple, IconSearch } from '@tabler/icons-react';
import { type ReleaseRowFragment, ReleasesDocument } from '../../api/generated/documents';
import { useLive } from '../../api/use-answer';
import { useText } from '../../i18n/use-text';
import { LinkButton } from '../../shell/link-button';
import { Failed, Waiting } from '../../shell/page-states';
import { SEARCH_FIELD } from '../../shell/use-shortcuts';
import { PhaseWord } from './phase-word';
import { type ReleaseSearch, releaseMatches } from './release-filter';

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
      {answer.state === 'here' && <ReleaseTable rows={answer.data.releases} search={search} project={project} />}
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
  const columns = useColumns(project === undefined);
  if (rows.length === 0) {
    return (
      <DataTable
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
      tools={<Tools search={search} />}
      empty={<EmptyState title={t('releases.noMatch')} />}
    />
  );
}

function Tools({ search }: { search: ReleaseSearch }) {
  const { t } = useText();
  const navigate = useNavigate();
  const set = (change: ReleaseSearch): void => void navigate({ to: '.', search: { ...search, ...change }, replace: true });
  return (
    <>
      <TextInput
        {...SEARCH_FIELD}
        type="search"
        aria-label={t('releases.search')}
        placeholder={t('releases.search')}
        leftSection={<IconSearch size={15} />}
        value={search.find ?? ''}
        onChange={(event) => set({ find: event.currentTarget.value || undefined })}
        w={260}
      />
      <SegmentedControl
        aria-label={t('releases.filter')}
        value={search.show ?? 'any'}
        onChange={(value) => set({ show: value === 'running' || value === 'finished' ? value : undefined })}
        data={[
          { value: 'any', label: t('releases.any') },
          { value: 'running', label: t('releases.running') },
          { value: 'finished', label: t('releases.finished') },
        ]}
      />
    </>
  );
}

function useColumns(withProject: boolean): Column<ReleaseRowFragment>[] {
  const { t, figures } = useText();
  const now = useNow();
  return [
    {
      key: 'release',
      title: t('releases.release'),
      cell: (r) => (
        <NameCell below={withProject ? r.namespace : r.name}>
          <Link to="/projects/$project/releases/$release" params={{ project: r.namespace, release: r.name }}>
            {r.service}
          </Link>
        </NameCell>
      ),
    },
    { key: 'versions', title: t('releases.versions'), cell: (r) => `${r.principal} → ${r.candidate}` },
    { key: 'state', title: t('releases.state'), cell: (r) => <PhaseWord phase={r.phase} />, width: '140px' },
    { key: 'weight', title: t('releases.weight'), number: true, cell: (r) => `${figures.number(r.weight)} %`, width: '90px' },
    { key: 'why', title: t('releases.why'), cell: (r) => r.why, width: '42%', wide: true },
    { key: 'started', title: t('releases.started'), number: true, cell: (r) => figures.ago(r.startedAt, now), width: '110px', wide: true },
  ];
}
