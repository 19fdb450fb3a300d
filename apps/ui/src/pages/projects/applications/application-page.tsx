import { Anchor } from '@mantine/core';
import { useParams } from '@tanstack/react-router';
import { type Column, DataTable, EmptyState, Facts, GuardedButton, PageHeader, Panel } from '@tidegate/ui-kit';
import { IconPencil, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { type ApplicationDetailFragment, OneApplicationDocument } from '../../../api/generated/documents';
import { usePolled } from '../../../api/use-polled';
import { LinkButton } from '../../../shell/link-button';
import { Failed, Waiting } from '../../../shell/page-states';
import { ApplicationState } from './application-state';
import { DeleteApplication } from './delete-application';
import { EditApplication } from './edit-application';
import { kindText } from './kinds';
import { useApplicationsWords } from './use-applications-words';

const LOOK_MS = 5_000;

export function ApplicationPage() {
  const t = useApplicationsWords();
  const { project, application: name } = useParams({ from: '/inside/projects/$project/applications/$application' });
  const answer = usePolled(OneApplicationDocument, { namespace: project, name }, LOOK_MS);
  if (answer.state === 'waiting') return <Waiting />;
  if (answer.state === 'failed') return <Failed problem={answer.problem} />;
  const { application } = answer.data;
  if (application) return <Detail application={application} />;
  const action = (
    <LinkButton to="/projects/$project/applications" params={{ project }} variant="default">
      {t('all')}
    </LinkButton>
  );
  return (
    <>
      <PageHeader title={name} />
      <EmptyState title={t('gone', { name, project })} action={action} />
    </>
  );
}

type Component = ApplicationDetailFragment['components'][number];

function Detail({ application }: { application: ApplicationDetailFragment }) {
  const t = useApplicationsWords();
  const [open, setOpen] = useState<'edit' | 'delete'>();
  const close = (): void => setOpen(undefined);
  const { name, state, why, can, components, componentsReady, kinds, owns, selector, type, version, links, description } = application;
  const columns: Column<Component>[] = [
    { key: 'name', title: t('name'), cell: (c) => <b>{c.name}</b> },
    { key: 'kind', title: t('kind'), cell: kindText },
    { key: 'state', title: t('state'), width: '150px', cell: (c) => <ApplicationState state={c.state} /> },
  ];
  return (
    <>
      <PageHeader
        title={name}
        status={<ApplicationState state={state} />}
        about={[why, description].filter(Boolean).join(' · ')}
        actions={
          <>
            <GuardedButton
              can={can.find((c) => c.action === 'update')}
              leftSection={<IconPencil size={15} />}
              onClick={() => setOpen('edit')}
            >
              {t('edit')}
            </GuardedButton>
            <GuardedButton
              can={can.find((c) => c.action === 'delete')}
              leftSection={<IconTrash size={15} />}
              onClick={() => setOpen('delete')}
            >
              {t('delete')}
            </GuardedButton>
          </>
        }
      />
      <Panel label={t('application')}>
        <Facts
          facts={[
            { name: t('components'), value: componentsReady || '–' },
            { name: t('kinds'), value: kinds.map(kindText).join(', ') || '–' },
            { name: t('selector'), value: <code>{selector}</code> },
            { name: t('parts'), value: owns ? t('ownsYes') : t('ownsNo') },
            { name: t('version'), value: version ?? '–' },
            { name: t('type'), value: type ?? '–' },
            ...(links.length === 0 ? [] : [{ name: t('links'), value: links.map((l) => <Link key={l.url} {...l} />) }]),
          ]}
        />
      </Panel>
      <Panel title={t('components')} flush>
        <DataTable
          bare
          label={t('components')}
          columns={columns}
          rows={components}
          rowKey={(c) => `${c.kind}.${c.group}/${c.name}`}
          empty={<EmptyState title={t('noComponents')} />}
        />
      </Panel>
      {open === 'edit' && <EditApplication application={application} onClose={close} />}
      {open === 'delete' && <DeleteApplication application={application} onClose={close} />}
    </>
  );
}

/** Somebody wrote the address: only those that a browser opens as pages are links. */
function Link({ url, description }: { url: string; description: string }) {
  if (!/^https?:\/\//i.test(url)) return <span>{description} </span>;
  return (
    <Anchor href={url} target="_blank" rel="noreferrer noopener" mr="sm">
      {description}
    </Anchor>
  );
}
