import { useNavigate, useSearch } from '@tanstack/react-router';
import { Columns, EmptyState, PageHeader, Panel, type Permission, toastDone } from '@tidegate/ui-kit';
import { YamlEditor } from '@tidegate/ui-kit/yaml';
import { useState } from 'react';
import { ApplyYamlDocument, type ApplyYamlMutation, ObjectYamlDocument, ReleasableDocument } from '../../api/generated/documents';
import type { Problem } from '../../api/problem';
import { useAction, useAnswer } from '../../api/use-answer';
import { useText } from '../../i18n/use-text';
import { Failed, Waiting } from '../../shell/page-states';
import { AppliedDifference } from '../projects/services/applied-difference';
import { ApplyProblem } from '../projects/services/apply-problem';
import { ApplyOutcome } from '../services/apply-outcome';
import { ProjectChoice } from '../services/project-choice';
import { type NewRelease, type Releasable, plannedStrategy, principalOf, releasables } from './planned-strategy';
import { ReleaseForm } from './release-form';
import { useReleaseSentence } from './use-release-sentence';

type Applied = ApplyYamlMutation['applyYaml'][number];

/** A new release in one form: which service, which version, how its traffic moves, and what counts as good. */
export function ReleaseCreatePage() {
  const { t } = useText();
  const { project = '', service } = useSearch({ from: '/inside/releases/new' });
  const navigate = useNavigate();
  const choose = (name: string): void => void navigate({ to: '.', search: { project: name || undefined }, replace: true });
  return (
    <>
      <PageHeader title={t('newRelease.title')} about={t('newRelease.about')} />
      <Panel label={t('activity.project')}>
        <ProjectChoice value={project} onChange={choose} />
      </Panel>
      {project !== '' && <InProject key={project} project={project} wanted={service} />}
    </>
  );
}

function InProject({ project, wanted }: { project: string; wanted: string | undefined }) {
  const { t } = useText();
  const answer = useAnswer(ReleasableDocument, { namespace: project });
  const [chosen, setChosen] = useState(wanted);
  if (answer.state === 'waiting') return <Waiting />;
  if (answer.state === 'failed') return <Failed problem={answer.problem} again={answer.again} />;
  const services = releasables(
    answer.data.services.edges.map(({ node }) => node),
    answer.data.releases,
  );
  const found = services.find((s) => s.service === chosen) ?? services[0];
  if (!found) return <EmptyState title={t('newRelease.nothing')}>{t('newRelease.nothingText')}</EmptyState>;
  const can = answer.data.project?.can.find((c) => c.action === 'createRelease');
  return (
    <Planned key={found.service} project={project} of={found} can={can} services={services.map((s) => s.service)} onService={setChosen} />
  );
}

interface PlannedProps {
  project: string;
  of: Releasable;
  can: Permission | undefined;
  services: string[];
  onService: (service: string) => void;
}

function Planned({ project, of, can, services, onService }: PlannedProps) {
  const { t } = useText();
  const navigate = useNavigate();
  const [input, setInput] = useState<NewRelease>({
    project,
    service: of.service,
    type: 'Canary',
    candidate: '',
    image: of.image,
    weights: '5, 25, 50',
    hold: '30s',
    errorRate: 0.5,
    latency: 20,
  });
  const [checked, setChecked] = useState<Applied>();
  const [problem, setProblem] = useState<Problem>();
  const { busy, act } = useAction(ApplyYamlDocument);
  const present = useAnswer(ObjectYamlDocument, {
    input: { apiVersion: 'delivery.tidegate.dev/v1alpha1', kind: 'Strategy', namespace: project, name: of.strategy },
  });
  const standing = present.state === 'here' ? present.data.object?.yaml : undefined;
  const principal = (standing && principalOf(standing)) ?? of.serving;
  const yaml = plannedStrategy(input, { strategy: of.strategy, principal });
  const sentence = useReleaseSentence(input);
  const change = (part: Partial<NewRelease>): void => {
    setInput((before) => ({ ...before, ...part }));
    setChecked(undefined);
  };
  const passed = checked !== undefined && checked.result !== 'REFUSED';
  const submit = async (): Promise<void> => {
    // Whoever starts a release decides over the fields of its Strategy, whatever made the Strategy; it is shown, and tried, before.
    const outcome = await act({ input: { yaml, namespace: project, dryRun: !passed, force: true } });
    setProblem(outcome.done ? undefined : outcome.problem);
    const applied = outcome.done ? outcome.data.applyYaml[0] : undefined;
    setChecked(applied);
    if (!passed || !applied || applied.result === 'REFUSED') return;
    toastDone(t('newRelease.done', { candidate: input.candidate }));
    void navigate({ to: '/projects/$project/releases', params: { project } });
  };
  return (
    <>
      <Columns least={380}>
        <Panel title={t('create.what')}>
          <ReleaseForm
            of={of}
            can={can}
            services={services}
            input={input}
            busy={busy}
            passed={passed}
            change={change}
            onService={onService}
            onSubmit={() => void submit()}
          />
        </Panel>
        <Panel title={t('create.manifest')} aside={checked && <ApplyOutcome passed={passed} />}>
          <p role="status">{sentence}</p>
          {problem && <ApplyProblem problem={problem} />}
          {checked?.result === 'REFUSED' && <ApplyProblem applied={checked} />}
          <YamlEditor label={t('create.manifest')} value={yaml} height="400px" />
        </Panel>
      </Columns>
      {checked && passed && (
        <Panel title={t('service.difference')}>
          <AppliedDifference applied={checked} part="spec" />
        </Panel>
      )}
    </>
  );
}
