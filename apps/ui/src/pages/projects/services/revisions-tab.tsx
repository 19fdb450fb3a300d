import { type Column, Columns, DataTable, EmptyState, GuardedButton, NameCell, StatusWord, toastDone, toastProblem, useNow } from '@tidegate/ui-kit';
import { RollBackServiceDocument, type ServiceDetailFragment } from '../../../api/generated/documents';
import { useAction } from '../../../api/use-answer';
import { useText } from '../../../i18n/use-text';
import { TrafficPanel } from './traffic-panel';

type Revision = ServiceDetailFragment['revisions'][number];

/** Every version that there is, and for Knative Services how the traffic is shared among them. */
export function RevisionsTab({ service }: { service: ServiceDetailFragment }) {
  const { t } = useText();
  const columns = useColumns(service);
  return (
    <Columns least={2000}>
      {service.kind === 'KNATIVE' && service.revisions.length > 0 && <TrafficPanel service={service} />}
      <DataTable
        label={t('service.tabs.revisions')}
        columns={columns}
        rows={service.revisions}
        rowKey={(r) => r.name}
        empty={<EmptyState title={t('service.noRevisions')} />}
      />
    </Columns>
  );
}

function useColumns(service: ServiceDetailFragment): Column<Revision>[] {
  const { t, figures } = useText();
  const now = useNow(30_000);
  const columns: Column<Revision>[] = [
    { key: 'name', title: t('service.revision'), cell: (r) => <NameCell below={r.images.join(', ')}>{r.name}</NameCell> },
    { key: 'state', title: t('services.state'), width: '150px', cell: (r) => <RevisionState revision={r} /> },
  ];
  if (service.kind === 'KNATIVE') {
    columns.push(
      { key: 'percent', title: t('service.traffic'), number: true, width: '100px', cell: (r) => figures.share((r.percent ?? 0) / 100) },
      { key: 'tags', title: t('service.tags'), width: '140px', wide: true, cell: (r) => r.tags.join(', ') },
    );
  }
  return [
    ...columns,
    { key: 'pods', title: t('services.pods'), number: true, width: '80px', cell: (r) => figures.number(r.readyReplicas) },
    { key: 'made', title: t('services.made'), number: true, width: '110px', wide: true, cell: (r) => figures.ago(r.createdAt, now) },
    { key: 'more', title: '', number: true, width: '130px', cell: (r) => <RollBack service={service} revision={r} /> },
  ];
}

function RevisionState({ revision: { isAsleep, isNewest, percent, readyReplicas } }: { revision: Revision }) {
  const { t } = useText();
  if (readyReplicas > 0) return <StatusWord tone="good">{t(isNewest ? 'service.newest' : 'service.running')}</StatusWord>;
  if (isAsleep && (percent ?? 0) > 0) return <StatusWord tone="sleep">{t('services.states.ASLEEP')}</StatusWord>;
  return <StatusWord tone="quiet">{t(isNewest ? 'service.newest' : 'service.kept')}</StatusWord>;
}

/** Back to an older one; the one that has everything needs no button. */
function RollBack({ service, revision }: { service: ServiceDetailFragment; revision: Revision }) {
  const { t } = useText();
  const { busy, act } = useAction(RollBackServiceDocument);
  if (revision.percent === null ? revision.isNewest : revision.percent === 100) return null;
  const back = async (): Promise<void> => {
    const outcome = await act({ input: { id: service.id, revision: revision.name } });
    if (outcome.done) toastDone(t('service.rolledBack', { revision: revision.name }));
    else toastProblem(outcome.problem.sentence, outcome.problem.remedy);
  };
  return (
    <GuardedButton
      can={service.can.find((c) => c.action === 'rollBack')}
      size="compact-xs"
      loading={busy}
      aria-label={t('service.rollBackTo', { revision: revision.name })}
      onClick={() => void back()}
    >
      {t('service.rollBack')}
    </GuardedButton>
  );
}
