import { Switch, TextInput } from '@mantine/core';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { type Column, DataTable, EmptyState, NameCell, PageHeader, StatusWord, useNow } from '@tidegate/ui-kit';
import { IconSearch } from '@tabler/icons-react';
import { type ProjectRowFragment, ProjectsDocument } from '../../../api/generated/documents';
import { useLive } from '../../../api/use-answer';
import { useText } from '../../../i18n/use-text';
import { Failed, Waiting } from '../../../shell/page-states';
import { SEARCH_FIELD } from '../../../shell/use-shortcuts';
import { type ProjectSearch, projectMatches } from './project-search';

const MOST = 1_000;

/** Namespaces that whoever looks may see. */
export function ProjectsPage() {
  const { t } = useText();
  const search = useSearch({ from: '/inside/projects' });
  const answer = useLive(ProjectsDocument, { first: MOST });
  const columns = useColumns();
  return (
    <>
      <PageHeader title={t('projects.title')} about={t('projects.about')} />
      {answer.state === 'waiting' && <Waiting />}
      {answer.state === 'failed' && <Failed problem={answer.problem} />}
      {answer.state === 'here' && (
        <DataTable
          label={t('projects.title')}
          columns={columns}
          rows={answer.data.projects.edges.map(({ node }) => node).filter((p) => projectMatches(p, search))}
          rowKey={(p) => p.id}
          total={answer.data.projects.totalCount}
          tools={<Tools search={search} />}
          empty={<EmptyState title={t('projects.noMatch')} command="./tidegate demo release" />}
        />
      )}
    </>
  );
}

function Tools({ search }: { search: ProjectSearch }) {
  const { t } = useText();
  const navigate = useNavigate();
  const set = (change: ProjectSearch): void => void navigate({ to: '.', search: { ...search, ...change }, replace: true });
  return (
    <>
      <TextInput
        {...SEARCH_FIELD}
        type="search"
        aria-label={t('projects.search')}
        placeholder={t('projects.search')}
        leftSection={<IconSearch size={15} />}
        value={search.find ?? ''}
        onChange={(event) => set({ find: event.currentTarget.value || undefined })}
        maxLength={100}
        w={260}
      />
      <Switch
        label={t('projects.system')}
        checked={search.system ?? false}
        onChange={(event) => set({ system: event.currentTarget.checked || undefined })}
      />
    </>
  );
}

function useColumns(): Column<ProjectRowFragment>[] {
  const { t, figures } = useText();
  const now = useNow(30_000);
  return [
    {
      key: 'name',
      title: t('projects.project'),
      cell: (p) => (
        <NameCell below={p.displayName === p.name ? p.description : p.name}>
          <Link to="/projects/$project" params={{ project: p.name }}>
            {p.displayName}
          </Link>
        </NameCell>
      ),
    },
    {
      key: 'state',
      title: t('services.state'),
      width: '150px',
      cell: (p) =>
        p.isEnding ? <StatusWord tone="wait">{t('projects.ending')}</StatusWord> : <StatusWord tone="good">{t('projects.active')}</StatusWord>,
    },
    { key: 'workspace', title: t('tokens.workspace'), width: '180px', cell: (p) => p.workspace ?? '–' },
    { key: 'made', title: t('services.made'), number: true, width: '110px', wide: true, cell: (p) => figures.ago(p.createdAt, now) },
  ];
}
