import { Tabs } from '@mantine/core';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { EmptyState, PageHeader } from '@tidegate/ui-kit';
import { Suspense, lazy } from 'react';
import { LiveServiceDocument, type ServiceDetailFragment } from '../../../api/generated/documents';
import { useLive } from '../../../api/use-answer';
import { useText } from '../../../i18n/use-text';
import { LinkButton } from '../../../shell/link-button';
import { Failed, NotFound, Waiting } from '../../../shell/page-states';
import { type ServiceAddress, SERVICE_KINDS, idOfAddress, isKindWord } from '../../services/service-address';
import { StateWord } from '../../services/state-word';
import { EventsTab } from './events-tab';
import { LogsTab } from './logs-tab';
import { OverviewTab } from './overview-tab';
import { PodsTab } from './pods-tab';
import { RevisionsTab } from './revisions-tab';
import { ServiceActions } from './service-actions';
import { TABS, type Tab } from './service-tab';

const YamlTab = lazy(async () => ({ default: (await import('./yaml-tab')).YamlTab }));
const TerminalTab = lazy(async () => ({ default: (await import('./terminal-tab')).TerminalTab }));
const FROM = '/inside/projects/$project/services/$kind/$name';

export function ServicePage() {
  const { project, kind, name } = useParams({ from: FROM });
  return isKindWord(kind) ? <Service key={`${project}/${kind}/${name}`} address={{ project, kind, name }} /> : <NotFound />;
}

function Service({ address }: { address: ServiceAddress }) {
  const answer = useLive(LiveServiceDocument, { id: idOfAddress(address) });
  if (answer.state === 'waiting') return <Waiting />;
  if (answer.state === 'failed') return <Failed problem={answer.problem} />;
  const { service } = answer.data;
  return service ? <Detail address={address} service={service} /> : <Gone address={address} />;
}

function Gone({ address: { project, name } }: { address: ServiceAddress }) {
  const { t } = useText();
  const action = (
    <LinkButton to="/projects/$project/services" params={{ project }} variant="default">
      {t('service.all')}
    </LinkButton>
  );
  return (
    <>
      <PageHeader title={t('service.gone', { project, name })} />
      <EmptyState title={t('service.goneText')} action={action} />
    </>
  );
}

function Detail({ address, service }: { address: ServiceAddress; service: ServiceDetailFragment }) {
  const { t } = useText();
  const { tab = 'overview', pod } = useSearch({ from: FROM });
  const navigate = useNavigate();
  const show = (next: string | null): void => {
    const wanted = TABS.find((known) => known === next) ?? 'overview';
    void navigate({ to: '.', search: { tab: wanted === 'overview' ? undefined : wanted }, replace: true });
  };
  return (
    <>
      <PageHeader
        title={service.name}
        status={<StateWord state={service.state} chip />}
        about={`${t(`services.kinds.${service.kind}`)} · ${service.why}`}
        actions={<ServiceActions service={service} address={address} />}
      />
      <Tabs value={tab} onChange={show} keepMounted={false}>
        <Tabs.List mb="md">
          {TABS.map((known) => (
            <Tabs.Tab key={known} value={known}>
              {t(`service.tabs.${known}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {TABS.map((known) => (
          <Tabs.Panel key={known} value={known}>
            <Part tab={known} service={service} address={address} pod={pod} />
          </Tabs.Panel>
        ))}
      </Tabs>
    </>
  );
}

interface PartProps {
  tab: Tab;
  service: ServiceDetailFragment;
  address: ServiceAddress;
  pod: string | undefined;
}

function Part({ tab, service, address, pod }: PartProps) {
  const { namespace, name, can } = service;
  const { apiVersion, kind } = SERVICE_KINDS[address.kind];
  switch (tab) {
    case 'overview':
      return <OverviewTab service={service} />;
    case 'revisions':
      return <RevisionsTab service={service} />;
    case 'pods':
      return <PodsTab service={service} />;
    case 'logs':
      return <LogsTab service={service} wanted={pod} />;
    case 'terminal':
      return (
        <Suspense fallback={<Waiting />}>
          <TerminalTab service={service} wanted={pod} />
        </Suspense>
      );
    case 'events':
      return <EventsTab namespace={namespace} name={name} />;
    case 'yaml':
      return (
        <Suspense fallback={<Waiting />}>
          <YamlTab object={{ apiVersion, kind, namespace, name }} can={can.find((c) => c.action === 'edit')} />
        </Suspense>
      );
  }
}
