import { Button, Modal, Select, Table, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { type Column, DataTable, EmptyState, Facts, NameCell, PageHeader, StatusWord, type Tone, useNow, useWords } from '@tidegate/ui-kit';
import { IconDownload, IconHistory } from '@tabler/icons-react';
import { useState } from 'react';
import { ActivityDocument, type AuditOutcome, type EntryRowFragment } from '../../api/generated/documents';
import { usePages } from '../../api/use-pages';
import { useText } from '../../i18n/use-text';
import { Failed, Waiting } from '../../shell/page-states';
import { SEARCH_FIELD } from '../../shell/use-shortcuts';
import { type ActivitySearch, OUTCOMES, readChange, toFilter } from './activity-search';

const TONES: Record<AuditOutcome, Tone> = { SUCCEEDED: 'good', DENIED: 'paused', FAILED: 'bad' };

/** Who did what, when, from where, and what came of it. */
export function ActivityPage() {
  const { t } = useText();
  const search = useSearch({ from: '/inside/activity' });
  const [shown, setShown] = useState<EntryRowFragment>();
  const pages = usePages(
    ActivityDocument,
    { filter: toFilter(search) },
    (data) => data.audit,
    (variables, before) => ({ ...variables, before }),
  );
  const columns = useEntryColumns(setShown);
  return (
    <>
      <PageHeader
        title={t('places.activity')}
        about={t('activity.about')}
        actions={
          <Button component="a" href="/audit/export" download variant="default" leftSection={<IconDownload size={15} />}>
            {t('activity.export')}
          </Button>
        }
      />
      {pages.answer.state === 'waiting' && <Waiting />}
      {pages.answer.state === 'failed' && <Failed problem={pages.answer.problem} again={pages.again} />}
      {pages.answer.state === 'here' && (
        <DataTable
          label={t('places.activity')}
          columns={columns}
          rows={pages.rows}
          rowKey={(e) => e.id}
          more={pages.more}
          tools={<Filters search={search} />}
          empty={<EmptyState icon={<IconHistory size={20} />} title={t('activity.empty')} />}
        />
      )}
      <Entry entry={shown} onClose={() => setShown(undefined)} />
    </>
  );
}

const PAUSE_MS = 300;

function Filters({ search }: { search: ActivitySearch }) {
  const { t } = useText();
  const navigate = useNavigate();
  const set = (change: ActivitySearch): void => void navigate({ to: '.', search: { ...search, ...change }, replace: true });
  return (
    <>
      <Filter label={t('signIn.account')} value={search.account} onChange={(account) => set({ account })} first />
      <Filter label={t('activity.action')} value={search.action} onChange={(action) => set({ action })} />
      <Filter label={t('activity.project')} value={search.project} onChange={(project) => set({ project })} />
      <Select
        aria-label={t('activity.outcome')}
        placeholder={t('activity.outcome')}
        clearable
        value={search.outcome ?? null}
        onChange={(value) => set({ outcome: OUTCOMES.find((o) => o === value) })}
        data={OUTCOMES.map((value) => ({ value, label: t(`activity.outcomes.${value}`) }))}
        w={170}
      />
    </>
  );
}

function Filter({
  label,
  value,
  onChange,
  first,
}: {
  label: string;
  value: string | undefined;
  onChange: (value: string | undefined) => void;
  first?: boolean;
}) {
  const [text, setText] = useState(value ?? '');
  const tell = useDebouncedCallback((typed: string) => onChange(typed || undefined), PAUSE_MS);
  return (
    <TextInput
      {...(first ? SEARCH_FIELD : {})}
      aria-label={label}
      placeholder={label}
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value);
        tell(event.currentTarget.value);
      }}
      w={170}
    />
  );
}

const objectOf = (e: EntryRowFragment): string => [e.namespace, e.resource?.split('.')[0], e.name].filter(Boolean).join(' / ');

export function useEntryColumns(show: (entry: EntryRowFragment) => void): Column<EntryRowFragment>[] {
  const { t, figures } = useText();
  const now = useNow(10_000);
  return [
    {
      key: 'at',
      title: t('activity.when'),
      width: '110px',
      cell: (e) => (
        <time dateTime={e.at} title={figures.date(e.at)}>
          {figures.ago(e.at, now)}
        </time>
      ),
    },
    {
      key: 'who',
      title: t('activity.who'),
      cell: (e) => <NameCell below={e.address}>{e.account ?? e.attempted ?? t('activity.nobody')}</NameCell>,
    },
    { key: 'action', title: t('activity.action'), cell: (e) => <code>{e.action}</code> },
    { key: 'object', title: t('activity.object'), wide: true, cell: objectOf },
    {
      key: 'outcome',
      title: t('activity.outcome'),
      width: '130px',
      cell: (e) => <StatusWord tone={TONES[e.outcome]}>{t(`activity.outcomes.${e.outcome}`)}</StatusWord>,
    },
    {
      key: 'more',
      title: '',
      width: '100px',
      number: true,
      cell: (e) => (
        <Button variant="subtle" size="compact-xs" onClick={() => show(e)} aria-label={t('activity.detailsOf', { action: e.action })}>
          {t('activity.details')}
        </Button>
      ),
    },
  ];
}

export function Entry({ entry, onClose }: { entry: EntryRowFragment | undefined; onClose: () => void }) {
  const { t, figures } = useText();
  const words = useWords();
  const changes = entry?.change ? readChange(entry.change) : [];
  return (
    <Modal opened={entry !== undefined} onClose={onClose} title={entry?.action} size="lg" closeButtonProps={{ 'aria-label': words.close }}>
      {entry && (
        <>
          <Facts
            facts={[
              { name: t('activity.when'), value: figures.date(entry.at) },
              { name: t('activity.who'), value: entry.account ?? entry.attempted ?? t('activity.nobody') },
              { name: t('activity.from'), value: entry.address ?? '–' },
              { name: t('activity.credential'), value: entry.credential ?? '–' },
              { name: t('activity.object'), value: objectOf(entry) || '–' },
              { name: t('activity.reason'), value: entry.reason ?? '–' },
            ]}
          />
          {changes.length > 0 && (
            <Table mt="md" fz="sm" aria-label={t('activity.change')}>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>{t('activity.change')}</Table.Th>
                  <Table.Th>{t('activity.path')}</Table.Th>
                  <Table.Th>{t('activity.value')}</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {changes.map((change) => (
                  <Table.Tr key={`${change.what}${change.path}`}>
                    <Table.Td>{change.what}</Table.Td>
                    <Table.Td>
                      <code>{change.path}</code>
                    </Table.Td>
                    <Table.Td style={{ overflowWrap: 'anywhere' }}>
                      <code>{change.value}</code>
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          )}
        </>
      )}
    </Modal>
  );
}
