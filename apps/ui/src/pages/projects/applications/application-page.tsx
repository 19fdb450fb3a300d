import { Anchor } from '@mantine/core';
import { useNavigate, useParams } from '@tanstack/react-router';
import { type Column, ConfirmByName, DataTable, EmptyState, Facts, GuardedButton, PageHeader, Panel } from '@tidegate/ui-kit';
import { IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import {
  type ApplicationDetailFragment,
  ApplicationRemovalDocument,
  DeleteApplicationDocument,
  OneApplicationDocument,
} from '../../../api/generated/documents';
import { useAnswer } from '../../../api/use-answer';
import { usePolled } from '../../../api/use-polled';
import { useSubmit } from '../../../forms/use-submit';
import { LinkButton } from '../../../shell/link-button';
import { Failed, Waiting } from '../../../shell/page-states';
import { ApplicationState } from './application-state';
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
  const [deleting, setDeleting] = useState(false);
  const { name, state, why, can, components, componentsReady, owns, selector, type, version, links, description } = application;
  const columns: Column<Component>[] = [
    { key: 'name', title: t('name'), cell: (c) => <b>{c.name}</b> },
    { key: 'kind', title: t('kind'), cell: (c) => `${c.kind}${c.group === '' ? '' : `.${c.group}`}` },
    { key: 'state', title: t('state'), width: '150px', cell: (c) => <ApplicationState state={c.state} /> },
  ];
  return (
    <>
      <PageHeader
        title={name}
        status={<ApplicationState state={state} />}
        about={[why, description].filter(Boolean).join(' · ')}
        actions={
          <GuardedButton
            can={can.find((c) => c.action === 'delete')}
            leftSection={<IconTrash size={15} />}
            onClick={() => setDeleting(true)}
          >
            {t('delete')}
          </GuardedButton>
        }
      />
      <Panel label={t('application')}>
        <Facts
          facts={[
            { name: t('components'), value: componentsReady || '–' },
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
      {deleting && <DeleteApplication application={application} onClose={() => setDeleting(false)} />}
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

function DeleteApplication({ application: { namespace, name }, onClose }: { application: ApplicationDetailFragment; onClose: () => void }) {
  const t = useApplicationsWords();
  const navigate = useNavigate();
  const preview = useAnswer(ApplicationRemovalDocument, { namespace, name });
  const { busy, problem, submit } = useSubmit(DeleteApplicationDocument, t('deleted', { name }));
  const confirm = async (): Promise<void> => {
    if (!(await submit({ namespace, name }))) return;
    onClose();
    void navigate({ to: '/projects/$project/applications', params: { project: namespace } });
  };
  const { goes = [], stays = [] } = preview.state === 'here' ? preview.data.applicationRemoval : {};
  const told = (objects: readonly { kind: string; name: string }[]): string => objects.map((o) => `${o.kind} ${o.name}`).join(', ');
  return (
    <ConfirmByName
      opened
      title={t('deleteOf', { name })}
      name={name}
      action={t('delete')}
      busy={busy}
      problem={problem?.sentence}
      onClose={onClose}
      onConfirm={() => void confirm()}
    >
      {preview.state === 'here' && (goes.length > 0 ? t('goes', { what: told(goes) }) : t('nothingGoes'))}{' '}
      {stays.length > 0 && t('stays', { what: told(stays) })}
    </ConfirmByName>
  );
}
