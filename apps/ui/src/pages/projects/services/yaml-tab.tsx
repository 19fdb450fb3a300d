import { Button, Checkbox, Modal } from '@mantine/core';
import { GuardedButton, Panel, type Permission, toastDone, useWords } from '@tidegate/ui-kit';
import { YamlEditor } from '@tidegate/ui-kit/yaml';
import { useMemo, useState } from 'react';
import { ApplyYamlDocument, type ApplyYamlMutation, type ObjectInput, ObjectYamlDocument } from '../../../api/generated/documents';
import type { Problem } from '../../../api/problem';
import { useAction, useAnswer } from '../../../api/use-answer';
import { useText } from '../../../i18n/use-text';
import { Failed, Waiting } from '../../../shell/page-states';
import { AppliedDifference } from './applied-difference';
import { ApplyProblem } from './apply-problem';
import { editableYaml } from './editable-yaml';
import styles from './service.module.css';
import { useKindSchema } from './use-kind-schema';

type Applied = ApplyYamlMutation['applyYaml'][number];

/** The object as it is, to be changed: first the difference, then the change. */
export function YamlTab({ object, can }: { object: ObjectInput; can: Permission | undefined }) {
  const { t } = useText();
  const answer = useAnswer(ObjectYamlDocument, { input: object });
  if (answer.state === 'waiting') return <Waiting />;
  if (answer.state === 'failed') return <Failed problem={answer.problem} again={answer.again} />;
  const yaml = answer.data.object?.yaml;
  if (yaml === undefined) return <Failed problem={{ sentence: t('service.goneText'), fields: {} }} />;
  return <Editor object={object} can={can} present={editableYaml(yaml)} again={answer.again} />;
}

interface EditorProps {
  object: ObjectInput;
  can: Permission | undefined;
  present: string;
  again: () => void;
}

function Editor({ object, can, present, again }: EditorProps) {
  const { t } = useText();
  const schema = useKindSchema(object.apiVersion, object.kind);
  const [text, setText] = useState<string>();
  const [force, setForce] = useState(false);
  const [checked, setChecked] = useState<Applied>();
  const [refused, setRefused] = useState<{ problem?: Problem; applied?: Applied }>();
  const { busy, act } = useAction(ApplyYamlDocument);
  const yaml = text ?? present;
  const apply = async (dryRun: boolean): Promise<void> => {
    const outcome = await act({ input: { yaml, namespace: object.namespace ?? null, dryRun, force } });
    const applied = outcome.done ? outcome.data.applyYaml[0] : undefined;
    setChecked(undefined);
    if (!outcome.done) return setRefused({ problem: outcome.problem });
    if (applied?.result === 'REFUSED') return setRefused({ applied });
    setRefused(undefined);
    if (dryRun) return setChecked(applied);
    toastDone(t('service.applied', { name: object.name }));
    setText(undefined);
    again();
  };
  const lines = useMemo(() => (refused?.applied ? [{ line: 1, message: refused.applied.because ?? '' }] : []), [refused]);
  const readOnly = can?.allowed === false;
  return (
    <Panel label="YAML">
      {refused && <ApplyProblem problem={refused.problem} applied={refused.applied} />}
      <YamlEditor
        label={t('service.yamlOf', { name: object.name })}
        value={yaml}
        onChange={readOnly ? undefined : setText}
        schema={schema}
        findings={lines}
        onSave={() => void apply(true)}
      />
      <div className={styles.foot}>
        <Checkbox label={t('service.force')} checked={force} onChange={(event) => setForce(event.currentTarget.checked)} />
        <Button variant="default" disabled={text === undefined} onClick={() => setText(undefined)}>
          {t('service.undo')}
        </Button>
        <GuardedButton can={can} variant="filled" loading={busy} onClick={() => void apply(true)}>
          {t('service.review')}
        </GuardedButton>
      </div>
      {checked && <Difference applied={checked} busy={busy} onClose={() => setChecked(undefined)} onApply={() => void apply(false)} />}
    </Panel>
  );
}

interface DifferenceProps {
  applied: Applied;
  busy: boolean;
  onClose: () => void;
  onApply: () => void;
}

/** The difference, and the last word. */
function Difference({ applied, busy, onClose, onApply }: DifferenceProps) {
  const { t } = useText();
  const words = useWords();
  const same = applied.result === 'UNCHANGED';
  return (
    <Modal opened size="xl" onClose={onClose} title={t('service.difference')} closeButtonProps={{ 'aria-label': words.close }}>
      <AppliedDifference applied={applied} />
      <div className={styles.foot}>
        <Button variant="default" onClick={onClose}>
          {words.cancel}
        </Button>
        <Button data-autofocus disabled={same} loading={busy} onClick={onApply}>
          {t('service.apply')}
        </Button>
      </div>
    </Modal>
  );
}
