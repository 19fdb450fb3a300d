import { NumberInput, SegmentedControl, Stack, Textarea, TextInput } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Columns, GuardedButton, PageHeader, Panel, toastDone } from '@tidegate/ui-kit';
import { YamlEditor } from '@tidegate/ui-kit/yaml';
import { type FormEvent, useState } from 'react';
import { ApplyYamlDocument, type ApplyYamlMutation } from '../../api/generated/documents';
import type { Problem } from '../../api/problem';
import { useAction } from '../../api/use-answer';
import { useText } from '../../i18n/use-text';
import { useProjectPermission } from '../projects/use-project-permission';
import { ApplyProblem } from '../projects/services/apply-problem';
import styles from '../projects/services/service.module.css';
import { ApplyOutcome } from './apply-outcome';
import { type NewService, plannedManifest, readEnv } from './planned-manifest';
import { ProjectChoice } from './project-choice';

type Applied = ApplyYamlMutation['applyYaml'];

/** A new service in one form. The manifest is beside it and is tried out before anything is made. */
export function ServiceCreatePage() {
  const { t } = useText();
  const { project = '' } = useSearch({ from: '/inside/services/new' });
  const navigate = useNavigate();
  const [input, setInput] = useState<NewService>({ project, name: '', image: '', kind: 'knative', port: 8080, pods: 0, env: '' });
  const [checked, setChecked] = useState<Applied>();
  const [problem, setProblem] = useState<Problem>();
  const { busy, act } = useAction(ApplyYamlDocument);
  const yaml = plannedManifest(input);
  const change = (part: Partial<NewService>): void => {
    setInput((before) => ({ ...before, ...part }));
    setChecked(undefined);
  };
  const apply = async (dryRun: boolean): Promise<void> => {
    const outcome = await act({ input: { yaml, namespace: input.project, dryRun, force: false } });
    setProblem(outcome.done ? undefined : outcome.problem);
    const applied = outcome.done ? outcome.data.applyYaml : undefined;
    setChecked(applied);
    if (dryRun || !applied || applied.some((a) => a.result === 'REFUSED')) return;
    toastDone(t('create.done', { name: input.name }));
    const name = input.kind === 'knative' ? input.name : `${input.name}-v1`;
    void navigate({ to: '/projects/$project/services/$kind/$name', params: { project: input.project, kind: input.kind, name } });
  };
  const passed = checked?.every((a) => a.result !== 'REFUSED') ?? false;
  return (
    <>
      <PageHeader title={t('create.title')} about={t('create.about')} />
      <Columns least={380}>
        <Panel title={t('create.what')}>
          <CreateForm input={input} change={change} busy={busy} passed={passed} onSubmit={() => void apply(!passed)} />
        </Panel>
        <Panel title={t('create.manifest')} aside={checked && <ApplyOutcome passed={passed} />}>
          {problem && <ApplyProblem problem={problem} />}
          {checked?.filter((a) => a.result === 'REFUSED').map((a) => <ApplyProblem key={`${a.kind}/${a.name}`} applied={a} />)}
          <YamlEditor label={t('create.manifest')} value={yaml} height="440px" />
        </Panel>
      </Columns>
    </>
  );
}

interface CreateFormProps {
  input: NewService;
  change: (part: Partial<NewService>) => void;
  busy: boolean;
  /** Whether what is in the form was tried out. */
  passed: boolean;
  onSubmit: () => void;
}

function CreateForm({ input, change, busy, passed, onSubmit }: CreateFormProps) {
  const { t } = useText();
  const can = useProjectPermission(input.project, 'createService');
  const { badLine } = readEnv(input.env);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (badLine === undefined) onSubmit();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <SegmentedControl
          aria-label={t('services.kind')}
          value={input.kind}
          onChange={(value) => change(value === 'deployment' ? { kind: 'deployment', pods: Math.max(1, input.pods) } : { kind: 'knative', pods: 0 })}
          data={[
            { value: 'knative', label: t('create.sleeps') },
            { value: 'deployment', label: t('create.runs') },
          ]}
        />
        <ProjectChoice value={input.project} onChange={(value) => change({ project: value })} />
        <TextInput
          label={t('tokens.name')}
          description={t('create.nameAbout')}
          value={input.name}
          onChange={(e) => change({ name: e.currentTarget.value })}
          autoComplete="off"
          required
          maxLength={63}
        />
        <TextInput
          label={t('create.image')}
          description={t('create.imageAbout')}
          value={input.image}
          onChange={(e) => change({ image: e.currentTarget.value })}
          autoComplete="off"
          spellCheck={false}
          required
          maxLength={500}
        />
        <NumberInput
          label={t('create.port')}
          value={input.port}
          onChange={(value) => typeof value === 'number' && change({ port: value })}
          min={1}
          max={65_535}
          allowDecimal={false}
          required
        />
        <NumberInput
          label={t(input.kind === 'knative' ? 'create.least' : 'services.pods')}
          description={t(input.kind === 'knative' ? 'create.leastAbout' : 'create.podsAbout')}
          value={input.pods}
          onChange={(value) => typeof value === 'number' && change({ pods: value })}
          min={0}
          max={1000}
          allowDecimal={false}
          required
        />
        <Textarea
          label={t('create.env')}
          description={t('create.envAbout')}
          value={input.env}
          onChange={(e) => change({ env: e.currentTarget.value })}
          error={badLine === undefined ? undefined : t('create.badLine', { line: badLine })}
          autosize
          minRows={2}
          maxRows={8}
          spellCheck={false}
          maxLength={10_000}
        />
        <div className={styles.foot}>
          <GuardedButton type="submit" variant="filled" can={can} loading={busy}>
            {t(passed ? 'create.submit' : 'create.check')}
          </GuardedButton>
        </div>
      </Stack>
    </form>
  );
}
