import { Button, Select, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { EmptyState, GuardedButton, Panel } from '@tidegate/ui-kit';
import { type TerminalLine, type TerminalScreen, TerminalView } from '@tidegate/ui-kit/terminal';
import { useState } from 'react';
import { type PodRowFragment, type ServiceDetailFragment, ServicePodsDocument } from '../../../api/generated/documents';
import { useLive } from '../../../api/use-answer';
import { useText } from '../../../i18n/use-text';
import { Failed, Waiting } from '../../../shell/page-states';
import { openTerminal } from './open-terminal';
import styles from './service.module.css';
import type { TerminalChoice, TerminalFrame, TerminalPlace } from './terminal-frames';
import { useTerminalWords } from './use-terminal-words';

const CHOICES: readonly TerminalChoice[] = ['shell', 'sh', 'attach', 'command'];

/** A terminal in one of its containers. */
export function TerminalTab({ service, wanted }: { service: ServiceDetailFragment; wanted: string | undefined }) {
  const { t } = useText();
  const answer = useLive(ServicePodsDocument, { namespace: service.namespace, service: service.id });
  // The one that is open stays, whatever other pods come first meanwhile.
  const [kept, keep] = useState(wanted);
  if (answer.state === 'waiting') return <Waiting />;
  if (answer.state === 'failed') return <Failed problem={answer.problem} />;
  const pods = answer.data.pods.edges.map(({ node }) => node);
  const pod = pods.find((p) => p.name === (wanted ?? kept)) ?? pods[0];
  if (!pod) return <EmptyState title={t(service.state === 'ASLEEP' ? 'service.noPodsAsleep' : 'service.noPods')}>{service.why}</EmptyState>;
  return <PodTerminal key={pod.id} pod={pod} pods={pods} onOpen={() => keep(pod.name)} />;
}

type Opened = { number: number; place: TerminalPlace };

function PodTerminal({ pod, pods, onOpen }: { pod: PodRowFragment; pods: readonly PodRowFragment[]; onOpen: () => void }) {
  const { t } = useText();
  const words = useTerminalWords();
  const navigate = useNavigate();
  const [container, setContainer] = useState(pod.containers[0]?.name ?? '');
  const [choice, setChoice] = useState<TerminalChoice>('shell');
  const [line, setLine] = useState('');
  const [opened, setOpened] = useState<Opened>();
  const can = pod.can.find((c) => c.action === (choice === 'attach' ? 'attach' : 'terminal'));
  const open = (): void => {
    if (choice === 'command' && line.trim() === '') return;
    onOpen();
    setOpened({ number: (opened?.number ?? 0) + 1, place: { namespace: pod.namespace, pod: pod.name, container, choice, line } });
  };
  return (
    <Panel label={t('service.tabs.terminal')}>
      <form
        className={styles.tools}
        onSubmit={(event) => {
          event.preventDefault();
          if (can?.allowed) open();
        }}
      >
        <Select
          aria-label={t('service.pod')}
          value={pod.name}
          data={pods.map((p) => p.name)}
          allowDeselect={false}
          searchable
          onChange={(name) => name !== null && void navigate({ to: '.', search: { tab: 'terminal', pod: name }, replace: true })}
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
        <Select
          aria-label={words('what')}
          value={choice}
          data={CHOICES.map((value) => ({ value, label: words(value) }))}
          allowDeselect={false}
          onChange={(value) => setChoice(CHOICES.find((known) => known === value) ?? 'shell')}
          w={200}
        />
        {choice === 'command' && (
          <TextInput aria-label={words('commandLine')} placeholder={words('commandLine')} value={line} onChange={(event) => setLine(event.currentTarget.value)} maxLength={2_000} w={260} />
        )}
        <GuardedButton can={can} onClick={open}>
          {words(opened ? 'again' : 'open')}
        </GuardedButton>
        {opened && <Button variant="subtle" onClick={() => setOpened(undefined)}>{words('close')}</Button>}
      </form>
      {opened ? <OpenTerminal key={opened.number} place={opened.place} /> : <EmptyState title={words('ready', { pod: pod.name })}>{can?.allowed === false ? can.because : words('readyText')}</EmptyState>}
    </Panel>
  );
}

/** What it says of itself, and the screen. It is opened anew by a new key. */
function OpenTerminal({ place }: { place: TerminalPlace }) {
  const { t } = useText();
  const [container, setContainer] = useState<string>();
  const [told, setTold] = useState<Said>();
  const hear = (frame: TerminalFrame | 'lost'): void => {
    if (frame !== 'lost' && frame.type === 'opened') setContainer(frame.container);
    else setTold(frame);
  };
  const open = (screen: TerminalScreen): TerminalLine => {
    const line = openTerminal(place, screen, hear);
    const send = (keys: string): void => {
      line.send(keys);
      setTold((last) => (last !== undefined && last !== 'lost' && last.type === 'idle' ? undefined : last));
    };
    return { ...line, send };
  };
  return (
    <>
      <TerminalWord container={container} told={told} />
      <TerminalView label={t('service.terminalOf', { name: place.pod })} convertEol={place.choice === 'attach'} open={open} />
    </>
  );
}

type Said = Exclude<TerminalFrame, { type: 'opened' }> | 'lost' | undefined;

function TerminalWord({ container, told }: { container: string | undefined; told: Said }) {
  const words = useTerminalWords();
  if (told !== undefined && told !== 'lost' && 'problem' in told) return <Failed problem={told.problem} />;
  const sentence = (): string => {
    if (told === 'lost') return words('lost');
    if (told === undefined) return container === undefined ? words('opening') : words('openIn', { container });
    return told.type === 'idle' ? words('idle', { seconds: told.seconds }) : words('exited', { code: told.exitCode });
  };
  return (
    <p role="status" className={styles.said}>
      {sentence()}
    </p>
  );
}
