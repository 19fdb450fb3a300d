import { Button, TextInput } from '@mantine/core';
import { Link, useParams } from '@tanstack/react-router';
import { type Column, DataTable, EmptyState, NameCell, PageHeader, useNow } from '@tidegate/ui-kit';
import { IconApps, IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { type ApplicationRowFragment, ApplicationsDocument, CreateApplicationDocument } from '../../../api/generated/documents';
import { useLive } from '../../../api/use-answer';
import { ActionForm } from '../../../forms/action-form';
import { useSubmit } from '../../../forms/use-submit';
import { useText } from '../../../i18n/use-text';
import { Failed, Waiting } from '../../../shell/page-states';
import { ApplicationFields, FIELDS, useApplicationLines } from './application-fields';
import { ApplicationState } from './application-state';
import { USUAL_KINDS } from './kinds';
import { useApplicationsWords } from './use-applications-words';

const MOST = 500;

export function ApplicationsPage() {
  const { t: common } = useText();
  const t = useApplicationsWords();
  const { project } = useParams({ from: '/inside/projects/$project/applications' });
  const answer = useLive(ApplicationsDocument, { namespace: project, first: MOST });
  const [creating, setCreating] = useState(false);
  const columns = useColumns();
  const create = (
    <Button leftSection={<IconPlus size={15} />} onClick={() => setCreating(true)}>
      {t('create')}
    </Button>
  );
  return (
    <>
      <PageHeader title={common('places.applications')} about={t('about', { project })} actions={create} />
      {answer.state === 'waiting' && <Waiting />}
      {answer.state === 'failed' && <Failed problem={answer.problem} />}
      {answer.state === 'here' && (
        <DataTable
          label={common('places.applications')}
          columns={columns}
          rows={answer.data.applications.edges.map(({ node }) => node)}
          rowKey={(a) => a.id}
          total={answer.data.applications.totalCount}
          empty={
            <EmptyState icon={<IconApps size={20} />} title={t('empty')}>
              {t('emptyText')}
            </EmptyState>
          }
        />
      )}
      {creating && <CreateApplication project={project} onClose={() => setCreating(false)} />}
    </>
  );
}

function useColumns(): Column<ApplicationRowFragment>[] {
  const { figures } = useText();
  const t = useApplicationsWords();
  const now = useNow(30_000);
  return [
    {
      key: 'name',
      title: t('application'),
      cell: (a) => (
        <NameCell below={a.description}>
          <Link to="/projects/$project/applications/$application" params={{ project: a.namespace, application: a.name }}>
            {a.name}
          </Link>
        </NameCell>
      ),
    },
    { key: 'state', title: t('state'), width: '150px', cell: (a) => <ApplicationState state={a.state} /> },
    { key: 'components', title: t('components'), number: true, width: '130px', cell: (a) => a.componentsReady || '–' },
    { key: 'version', title: t('version'), width: '140px', wide: true, cell: (a) => a.version ?? '–' },
    { key: 'made', title: t('made'), number: true, width: '110px', wide: true, cell: (a) => figures.ago(a.createdAt, now) },
  ];
}

const EMPTY = { name: '', version: '', description: '', labels: '', kinds: USUAL_KINDS, owns: false };

function CreateApplication({ project, onClose }: { project: string; onClose: () => void }) {
  const t = useApplicationsWords();
  const [input, setInput] = useState(EMPTY);
  const { wrong, read } = useApplicationLines();
  const { busy, problem, error, submit } = useSubmit(CreateApplicationDocument, t('created', { name: input.name }));
  const create = async (): Promise<void> => {
    const lines = read(input);
    if (lines && (await submit({ input: { ...input, ...lines, namespace: project } }))) onClose();
  };
  return (
    <ActionForm
      opened
      title={t('create')}
      action={t('create')}
      busy={busy}
      problem={problem}
      fields={['name', ...FIELDS]}
      onClose={onClose}
      onSubmit={() => void create()}
    >
      <TextInput
        data-autofocus
        label={t('name')}
        value={input.name}
        onChange={(e) => setInput({ ...input, name: e.currentTarget.value })}
        error={error('name')}
        autoComplete="off"
        required
        maxLength={63}
      />
      <ApplicationFields
        input={input}
        needsLabels
        error={(field) => wrong(field) ?? error(field)}
        onChange={(change) => setInput({ ...input, ...change })}
      />
    </ActionForm>
  );
}
