import { Button } from '@mantine/core';
import { Link, useNavigate } from '@tanstack/react-router';
import { type Column, DataTable, EmptyState, GuardedButton, NameCell, StatusWord, toastDone, toastProblem, useNow } from '@tidegate/ui-kit';
import { DeletePodDocument, type PodRowFragment, type ServiceDetailFragment, ServicePodsDocument } from '../../../api/generated/documents';
import { useAction, useLive } from '../../../api/use-answer';
import { useText } from '../../../i18n/use-text';
import { Failed, Waiting } from '../../../shell/page-states';
import { addressOf } from '../../services/service-address';

/** Its pods as they come and go. */
export function PodsTab({ service }: { service: ServiceDetailFragment }) {
  const { t } = useText();
  const answer = useLive(ServicePodsDocument, { namespace: service.namespace, service: service.id });
  const columns = useColumns(service);
  if (answer.state === 'waiting') return <Waiting />;
  if (answer.state === 'failed') return <Failed problem={answer.problem} />;
  const { edges, totalCount } = answer.data.pods;
  const asleep = service.state === 'ASLEEP';
  return (
    <DataTable
      label={t('services.pods')}
      columns={columns}
      rows={edges.map(({ node }) => node)}
      rowKey={(p) => p.id}
      total={totalCount}
      empty={<EmptyState title={t(asleep ? 'service.noPodsAsleep' : 'service.noPods')}>{service.why}</EmptyState>}
    />
  );
}

function useColumns(service: ServiceDetailFragment): Column<PodRowFragment>[] {
  const { t, figures } = useText();
  const now = useNow(5_000);
  const navigate = useNavigate();
  const { busy, act } = useAction(DeletePodDocument);
  const replace = async ({ id, name }: PodRowFragment): Promise<void> => {
    const outcome = await act({ id });
    if (outcome.done) toastDone(t('service.podDeleted', { name }));
    else toastProblem(outcome.problem.sentence, outcome.problem.remedy);
  };
  return [
    {
      key: 'name',
      title: t('service.pod'),
      cell: (p) => (
        <NameCell below={[p.version, p.node, p.address].filter(Boolean).join(' · ')}>
          <Link to="/projects/$project/services/$kind/$name" params={addressOf(service)} search={{ tab: 'logs', pod: p.name }}>
            {p.name}
          </Link>
        </NameCell>
      ),
    },
    {
      key: 'status',
      title: t('services.state'),
      width: '180px',
      cell: (p) => <StatusWord tone={p.ready ? 'good' : p.status === 'Running' || p.status === 'Pending' ? 'wait' : 'bad'}>{p.status}</StatusWord>,
    },
    { key: 'restarts', title: t('service.restarts'), number: true, width: '100px', cell: (p) => figures.number(p.restarts) },
    { key: 'made', title: t('services.made'), number: true, width: '110px', wide: true, cell: (p) => figures.ago(p.createdAt, now) },
    {
      key: 'more',
      title: '',
      number: true,
      width: '190px',
      cell: (p) => (
        <>
          <GuardedButton
            size="compact-xs"
            variant="subtle"
            can={p.can.find((c) => c.action === 'terminal')}
            aria-label={t('service.terminalOf', { name: p.name })}
            onClick={() => void navigate({ to: '.', search: { tab: 'terminal', pod: p.name } })}
          >
            {t('service.tabs.terminal')}
          </GuardedButton>
          <Button
            size="compact-xs"
            variant="subtle"
            color="bad"
            loading={busy}
            aria-label={t('service.replaceOf', { name: p.name })}
            onClick={() => void replace(p)}
          >
            {t('service.replace')}
          </Button>
        </>
      ),
    },
  ];
}
