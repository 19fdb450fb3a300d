import { Checkbox, Select, Switch, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { EmptyState, LogView, Panel } from '@tidegate/ui-kit';
import { IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { type PodRowFragment, type ServiceDetailFragment, ServicePodsDocument } from '../../../api/generated/documents';
import { useLive } from '../../../api/use-answer';
import { useText } from '../../../i18n/use-text';
import { Failed, Waiting } from '../../../shell/page-states';
import { SEARCH_FIELD } from '../../../shell/use-shortcuts';
import styles from './service.module.css';
import { useLog } from './use-log';

/** The log of one of its containers, as it is written. */
export function LogsTab({ service, wanted }: { service: ServiceDetailFragment; wanted: string | undefined }) {
  const { t } = useText();
  const answer = useLive(ServicePodsDocument, { namespace: service.namespace, service: service.id });
  if (answer.state === 'waiting') return <Waiting />;
  if (answer.state === 'failed') return <Failed problem={answer.problem} />;
  const pods = answer.data.pods.edges.map(({ node }) => node);
  const pod = pods.find((p) => p.name === wanted) ?? pods[0];
  if (!pod) return <EmptyState title={t(service.state === 'ASLEEP' ? 'service.noPodsAsleep' : 'service.noPods')}>{service.why}</EmptyState>;
  return <PodLog key={pod.id} pod={pod} pods={pods} />;
}

function PodLog({ pod, pods }: { pod: PodRowFragment; pods: readonly PodRowFragment[] }) {
  const { t } = useText();
  const navigate = useNavigate();
  const [container, setContainer] = useState(pod.containers[0]?.name ?? '');
  const [previous, setPrevious] = useState(false);
  const [words, setWords] = useState('');
  const [following, setFollowing] = useState(true);
  const { lines, problem } = useLog({ namespace: pod.namespace, pod: pod.name, container, previous, tail: 1_000 });
  return (
    <Panel label={t('service.tabs.logs')}>
      <div className={styles.tools}>
        <Select
          aria-label={t('service.pod')}
          value={pod.name}
          data={pods.map((p) => p.name)}
          allowDeselect={false}
          searchable
          onChange={(name) => name !== null && void navigate({ to: '.', search: { tab: 'logs', pod: name }, replace: true })}
          w={300}
        />
        {pod.containers.length > 1 && (
          <Select
            aria-label={t('service.container')}
            value={container}
            data={pod.containers.map((c) => c.name)}
            allowDeselect={false}
            onChange={(name) => name !== null && setContainer(name)}
            w={170}
          />
        )}
        <TextInput
          {...SEARCH_FIELD}
          type="search"
          aria-label={t('service.findLines')}
          placeholder={t('service.findLines')}
          leftSection={<IconSearch size={15} />}
          value={words}
          onChange={(event) => setWords(event.currentTarget.value)}
          maxLength={200}
          w={220}
        />
        <Switch label={t('service.follow')} checked={following} onChange={(event) => setFollowing(event.currentTarget.checked)} />
        {pod.restarts > 0 && (
          <Checkbox label={t('service.previous')} checked={previous} onChange={(event) => setPrevious(event.currentTarget.checked)} />
        )}
      </div>
      {problem ? (
        <Failed problem={problem} />
      ) : (
        <LogView
          label={t('service.logOf', { pod: pod.name })}
          lines={lines}
          words={words}
          following={following}
          onLeaveEnd={() => setFollowing(false)}
          empty={t(words === '' ? 'service.noLines' : 'service.noLinesMatch')}
        />
      )}
    </Panel>
  );
}
