import { type Column, DataTable, EmptyState, NameCell, PageHeader, Panel, StatusWord } from '@tidegate/ui-kit';
import { IconRoute } from '@tabler/icons-react';
import { type HealthState, PlatformHealthDocument, type PlatformHealthQuery } from '../../api/generated/documents';
import { usePolled } from '../../api/use-polled';
import { useText } from '../../i18n/use-text';
import { Failed, Waiting } from '../../shell/page-states';
import { useHealthWords } from './use-health-words';

type Health = PlatformHealthQuery['platform'];
const LOOK_MS = 5_000;

/** How the platform itself is. */
export function HealthPage() {
  const t = useHealthWords();
  const answer = usePolled(PlatformHealthDocument, {}, LOOK_MS);
  if (answer.state === 'waiting') return <Waiting />;
  if (answer.state === 'failed') return <Failed problem={answer.problem} />;
  const { platform } = answer.data;
  return (
    <>
      <PageHeader title={t('title')} status={<State state={platform.state} />} about={t('about')} />
      <Parts parts={platform.parts} />
      <Panel title={t('database')} aside={<State state={platform.database.state} />}>
        {platform.database.why ?? t('databaseFine')}
      </Panel>
      <Gateways gateways={platform.gateways} />
      <Nodes nodes={platform.nodes} />
    </>
  );
}

function State({ state }: { state: HealthState }) {
  const t = useHealthWords();
  return state === 'READY' ? <StatusWord tone="good">{t('ready')}</StatusWord> : <StatusWord tone="bad">{t('notReady')}</StatusWord>;
}

const stateColumn = <Row extends { state: HealthState }>(title: string): Column<Row> => ({
  key: 'state',
  title,
  width: '150px',
  cell: (row) => <State state={row.state} />,
});

function Parts({ parts }: { parts: Health['parts'] }) {
  const { figures } = useText();
  const t = useHealthWords();
  const columns: Column<Health['parts'][number]>[] = [
    { key: 'name', title: t('part'), cell: (p) => <NameCell below={p.why}>{p.name}</NameCell> },
    stateColumn(t('state')),
    { key: 'ready', title: t('pods'), number: true, width: '120px', cell: (p) => t('of', { ready: p.ready, wanted: p.wanted }) },
    {
      key: 'restarts',
      title: t('restarts'),
      number: true,
      width: '120px',
      cell: (p) => (p.restarts === null ? '–' : figures.number(p.restarts)),
    },
  ];
  return (
    <Panel title={t('parts')} flush>
      <DataTable bare label={t('parts')} columns={columns} rows={parts} rowKey={(p) => p.name} empty={null} />
    </Panel>
  );
}

function Gateways({ gateways }: { gateways: Health['gateways'] }) {
  const t = useHealthWords();
  const columns: Column<Health['gateways'][number]>[] = [
    { key: 'name', title: t('gateway'), cell: (g) => <NameCell below={g.why}>{`${g.namespace}/${g.name}`}</NameCell> },
    stateColumn(t('state')),
    { key: 'addresses', title: t('addresses'), wide: true, cell: (g) => g.addresses.join(', ') || '–' },
  ];
  return (
    <Panel title={t('gateways')} flush>
      <DataTable
        bare
        label={t('gateways')}
        columns={columns}
        rows={gateways}
        rowKey={(g) => `${g.namespace}/${g.name}`}
        empty={<EmptyState icon={<IconRoute size={20} />} title={t('noGateways')} />}
      />
    </Panel>
  );
}

function Nodes({ nodes }: { nodes: Health['nodes'] }) {
  const t = useHealthWords();
  const columns: Column<Health['nodes'][number]>[] = [
    { key: 'name', title: t('node'), cell: (n) => <NameCell below={n.why}>{n.name}</NameCell> },
    stateColumn(t('state')),
  ];
  return (
    <Panel title={t('nodes')} flush>
      <DataTable bare label={t('nodes')} columns={columns} rows={nodes} rowKey={(n) => n.name} empty={null} />
    </Panel>
  );
}
