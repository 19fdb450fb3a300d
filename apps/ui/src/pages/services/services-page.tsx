import { Select, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { type Column, DataTable, EmptyState, NameCell, PageHeader, StatusWord, useNow } from '@tidegate/ui-kit';
import { IconPlus, IconSearch, IconStack2 } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { type ServiceRowFragment, ServicesDocument, ServicesTrafficDocument, type TrafficFragment } from '../../api/generated/documents';
import { useLive } from '../../api/use-answer';
import { usePolled } from '../../api/use-polled';
import { useText } from '../../i18n/use-text';
import { LinkButton } from '../../shell/link-button';
import { Failed, Waiting } from '../../shell/page-states';
import { SEARCH_FIELD } from '../../shell/use-shortcuts';
import { addressOf } from './service-address';
import { KINDS, STATES, type ServiceSearch, toServiceFilter } from './service-search';
import { StateWord } from './state-word';

/** Rows of the first look, and the most that the API gives at once. */
const FIRST = 100;
const MOST = 1_000;
const FIGURES_MS = 5_000;

type Row = ServiceRowFragment & { traffic: TrafficFragment | null };

export function ServicesPage() {
  return <Services search={useSearch({ from: '/inside/services' })} />;
}

export function ProjectServicesPage() {
  const { project } = useParams({ from: '/inside/projects/$project/services' });
  return <Services project={project} search={useSearch({ from: '/inside/projects/$project/services' })} />;
}

function Services({ project, search }: { project?: string; search: ServiceSearch }) {
  const { t } = useText();
  const [first, setFirst] = useState(FIRST);
  const [settled] = useDebouncedValue(search, 200);
  const filter = useMemo(() => toServiceFilter(settled, project), [settled, project]);
  const live = useLive(ServicesDocument, { filter, first });
  const figures = usePolled(ServicesTrafficDocument, { filter, first }, FIGURES_MS);
  const rows = useMemo(() => {
    const traffic = new Map(figures.state === 'here' ? figures.data.services.edges.map(({ node }) => [node.id, node.traffic]) : []);
    const found = live.state === 'here' ? live.data.services.edges : [];
    return found.map(({ node }): Row => ({ ...node, traffic: traffic.get(node.id) ?? null }));
  }, [live, figures]);
  const columns = useColumns(project === undefined);
  const total = live.state === 'here' ? live.data.services.totalCount : 0;
  const isFiltered = Object.values(search).some((v) => v !== undefined);
  return (
    <>
      <PageHeader title={t('services.title')} about={t('services.about')} actions={<Create project={project} />} />
      {live.state === 'waiting' && <Waiting />}
      {live.state === 'failed' && <Failed problem={live.problem} />}
      {live.state === 'here' && (
        <DataTable
          label={t('services.title')}
          columns={columns}
          rows={rows}
          rowKey={(r) => r.id}
          total={total}
          more={total > rows.length && first < MOST ? { loading: false, load: () => setFirst(MOST) } : undefined}
          tools={<Tools search={search} />}
          empty={isFiltered ? <EmptyState title={t('services.noMatch')} /> : <Nothing project={project} />}
        />
      )}
    </>
  );
}

function Create({ project }: { project: string | undefined }) {
  const { t } = useText();
  return (
    <LinkButton to="/services/new" search={{ project }} leftSection={<IconPlus size={15} />}>
      {t('services.create')}
    </LinkButton>
  );
}

function Nothing({ project }: { project: string | undefined }) {
  const { t } = useText();
  return (
    <EmptyState icon={<IconStack2 size={20} />} title={t('services.empty')} action={<Create project={project} />}>
      {t('services.emptyText')}
    </EmptyState>
  );
}

function Tools({ search }: { search: ServiceSearch }) {
  const { t } = useText();
  const navigate = useNavigate();
  const set = (change: ServiceSearch): void => void navigate({ to: '.', search: { ...search, ...change }, replace: true });
  return (
    <>
      <TextInput
        {...SEARCH_FIELD}
        type="search"
        aria-label={t('services.search')}
        placeholder={t('services.search')}
        leftSection={<IconSearch size={15} />}
        value={search.find ?? ''}
        onChange={(event) => set({ find: event.currentTarget.value || undefined })}
        maxLength={100}
        w={260}
      />
      <Select
        aria-label={t('services.state')}
        placeholder={t('services.state')}
        clearable
        value={search.state ?? null}
        onChange={(value) => set({ state: STATES.find((s) => s === value) })}
        data={STATES.map((value) => ({ value, label: t(`services.states.${value}`) }))}
        w={150}
      />
      <Select
        aria-label={t('services.kind')}
        placeholder={t('services.kind')}
        clearable
        value={search.kind ?? null}
        onChange={(value) => set({ kind: KINDS.find((k) => k === value) })}
        data={KINDS.map((value) => ({ value, label: t(`services.kinds.${value}`) }))}
        w={170}
      />
    </>
  );
}

function useColumns(withProject: boolean): Column<Row>[] {
  const { t, figures } = useText();
  const now = useNow(30_000);
  return [
    {
      key: 'name',
      title: t('services.service'),
      cell: (r) => (
        <NameCell below={[withProject ? r.namespace : '', t(`services.kinds.${r.kind}`)].filter(Boolean).join(' · ')}>
          <Link to="/projects/$project/services/$kind/$name" params={addressOf(r)}>
            {r.name}
          </Link>
        </NameCell>
      ),
    },
    { key: 'state', title: t('services.state'), width: '140px', cell: (r) => <StateWord state={r.state} /> },
    {
      key: 'pods',
      title: t('services.pods'),
      number: true,
      width: '80px',
      cell: (r) => `${figures.number(r.replicas.ready)}/${figures.number(r.replicas.wanted)}`,
    },
    { key: 'rps', title: t('services.rps'), number: true, width: '110px', cell: (r) => <Rate traffic={r.traffic} /> },
    {
      key: 'success',
      title: t('services.success'),
      number: true,
      width: '100px',
      wide: true,
      cell: (r) => figures.share(r.traffic?.success),
    },
    { key: 'p99', title: t('services.p99'), number: true, width: '100px', wide: true, cell: (r) => figures.ms(r.traffic?.p99Ms) },
    { key: 'made', title: t('services.made'), number: true, width: '110px', wide: true, cell: (r) => figures.ago(r.createdAt, now) },
  ];
}

/** Requests per second, or those that wait for a pod. */
function Rate({ traffic }: { traffic: TrafficFragment | null }) {
  const { t, figures } = useText();
  if (traffic && traffic.held > 0) return <StatusWord tone="wait">{t('services.held', { requests: figures.number(traffic.held) })}</StatusWord>;
  return <>{figures.perSecond(traffic?.rps)}</>;
}
