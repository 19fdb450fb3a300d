import { useState } from 'react';
import { type ApplicationDetailFragment, UpdateApplicationDocument } from '../../../api/generated/documents';
import { ActionForm } from '../../../forms/action-form';
import { useSubmit } from '../../../forms/use-submit';
import { ApplicationFields, type ApplicationText, FIELDS, useApplicationLines } from './application-fields';
import { kindText } from './kinds';
import { labelsText } from './labels';
import { useApplicationsWords } from './use-applications-words';

interface Props {
  application: ApplicationDetailFragment;
  onClose: () => void;
}

/** Sends what was changed, and nothing else: what others change meanwhile stays. */
export function EditApplication({ application: { namespace, name, ...now }, onClose }: Props) {
  const t = useApplicationsWords();
  const [before] = useState<ApplicationText>({
    version: now.version ?? '',
    description: now.description ?? '',
    labels: labelsText(now.labels),
    kinds: now.kinds.map(kindText).join('\n'),
    owns: now.owns,
  });
  const [input, setInput] = useState(before);
  const { wrong, read } = useApplicationLines();
  const { busy, problem, error, submit } = useSubmit(UpdateApplicationDocument, t('changed', { name }));
  const change = async (): Promise<void> => {
    const lines = read(input);
    if (!lines) return;
    const all = { ...input, ...lines };
    const changed = Object.fromEntries(Object.entries(all).filter(([key]) => isChanged(before, input, key)));
    if (await submit({ input: { namespace, name, ...changed } })) onClose();
  };
  return (
    <ActionForm
      opened
      title={t('editOf', { name })}
      action={t('save')}
      busy={busy}
      problem={problem}
      fields={FIELDS}
      onClose={onClose}
      onSubmit={() => void change()}
    >
      <ApplicationFields
        input={input}
        needsLabels={before.labels !== ''}
        error={(field) => wrong(field) ?? error(field)}
        onChange={(c) => setInput({ ...input, ...c })}
      />
    </ActionForm>
  );
}

const isChanged = (before: ApplicationText, input: ApplicationText, key: string): boolean =>
  key in before && before[key as keyof ApplicationText] !== input[key as keyof ApplicationText];
