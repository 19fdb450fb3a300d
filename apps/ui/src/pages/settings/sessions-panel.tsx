import { Button } from '@mantine/core';
import { type Column, DataTable, NameCell, Panel, StatusWord, toastDone, toastProblem, useNow } from '@tidegate/ui-kit';
import { EndSessionDocument, type MySessionsQuery } from '../../api/generated/documents';
import { useAction } from '../../api/use-answer';
import { useText } from '../../i18n/use-text';
import { browserOf } from './browser-of';

type Session = MySessionsQuery['sessions'][number];

/** Browsers that are signed in. */
export function SessionsPanel({ sessions }: { sessions: readonly Session[] }) {
  const { t } = useText();
  const columns = useColumns();
  return (
    <Panel title={t('sessions.title')} flush>
      <DataTable bare label={t('sessions.title')} columns={columns} rows={sessions} rowKey={(s) => s.id} empty={null} />
    </Panel>
  );
}

function useColumns(): Column<Session>[] {
  const { t, figures } = useText();
  const now = useNow(30_000);
  const { busy, act } = useAction(EndSessionDocument);
  const end = async (id: string): Promise<void> => {
    const outcome = await act({ id });
    if (outcome.done) toastDone(t('sessions.ended'));
    else toastProblem(outcome.problem.sentence, outcome.problem.remedy);
  };
  return [
    {
      key: 'browser',
      title: t('sessions.browser'),
      cell: (s) => <NameCell below={s.address}>{browserOf(s.userAgent) ?? t('sessions.program')}</NameCell>,
    },
    { key: 'by', title: t('sessions.by'), wide: true, cell: (s) => s.provider ?? t('signIn.password') },
    { key: 'seen', title: t('sessions.seen'), number: true, cell: (s) => figures.ago(s.lastSeenAt, now) },
    {
      key: 'more',
      title: '',
      width: '150px',
      number: true,
      cell: (s) =>
        s.current ? (
          <StatusWord tone="good">{t('sessions.current')}</StatusWord>
        ) : (
          <Button size="compact-xs" variant="subtle" color="bad" loading={busy} onClick={() => void end(s.id)}>
            {t('sessions.end')}
          </Button>
        ),
    },
  ];
}
