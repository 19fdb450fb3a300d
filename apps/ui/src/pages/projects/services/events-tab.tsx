import { type Column, DataTable, EmptyState, NameCell, StatusWord, useNow } from '@tidegate/ui-kit';
import { type EventRowFragment, ProjectEventsDocument } from '../../../api/generated/documents';
import { useLive } from '../../../api/use-answer';
import { useText } from '../../../i18n/use-text';
import { Failed, Waiting } from '../../../shell/page-states';
import { belongsTo } from './belongs-to';

/** What Kubernetes and the controllers report, of one service and what it is made of, or of the whole project. */
export function EventsTab({ namespace, name, first }: { namespace: string; name?: string; first?: number }) {
  const { t } = useText();
  const answer = useLive(ProjectEventsDocument, { filter: { namespace } });
  const columns = useColumns();
  if (answer.state === 'waiting') return <Waiting />;
  if (answer.state === 'failed') return <Failed problem={answer.problem} />;
  const rows = answer.data.events.filter((e) => name === undefined || belongsTo(e.objectName, name)).slice(0, first);
  return (
    <DataTable
      bare={first !== undefined}
      label={t('service.tabs.events')}
      columns={columns}
      rows={rows}
      rowKey={(e) => e.id}
      empty={<EmptyState title={t('service.noEvents')}>{t('service.noEventsText')}</EmptyState>}
    />
  );
}

function useColumns(): Column<EventRowFragment>[] {
  const { t, figures } = useText();
  const now = useNow();
  return [
    { key: 'at', title: t('activity.when'), width: '110px', cell: (e) => figures.ago(e.at, now) },
    {
      key: 'reason',
      title: t('activity.reason'),
      width: '220px',
      cell: (e) => <StatusWord tone={e.type === 'Normal' ? 'quiet' : 'bad'}>{e.count > 1 ? `${e.reason} × ${e.count}` : e.reason}</StatusWord>,
    },
    { key: 'what', title: t('activity.object'), cell: (e) => <NameCell below={e.objectKind}>{e.objectName}</NameCell> },
    { key: 'message', title: t('service.message'), width: '46%', wide: true, cell: (e) => e.message },
  ];
}
