import { Checkbox, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import { type Kind, readKinds } from './kinds';
import { type Label, readLabels } from './labels';
import { useApplicationsWords } from './use-applications-words';

export interface ApplicationText {
  version: string;
  description: string;
  labels: string;
  kinds: string;
  owns: boolean;
}

export const FIELDS = ['version', 'description', 'labels', 'kinds'];

interface Props {
  input: ApplicationText;
  /** The labels may be left empty: it has a selector of another form. */
  needsLabels: boolean;
  /** What was wrong with a field, by its name. */
  error: (field: string) => string | undefined;
  onChange: (change: Partial<ApplicationText>) => void;
}

/** What an application is described by and made of: the same for a new one and for one that is changed. */
export function ApplicationFields({ input, needsLabels, error, onChange }: Props) {
  const t = useApplicationsWords();
  return (
    <>
      <TextInput
        label={t('version')}
        value={input.version}
        onChange={(e) => onChange({ version: e.currentTarget.value })}
        error={error('version')}
        maxLength={100}
      />
      <TextInput
        label={t('description')}
        value={input.description}
        onChange={(e) => onChange({ description: e.currentTarget.value })}
        error={error('description')}
        maxLength={4000}
      />
      <Textarea
        label={t('labels')}
        description={t('labelsAbout')}
        autosize
        minRows={2}
        value={input.labels}
        onChange={(e) => onChange({ labels: e.currentTarget.value })}
        error={error('labels')}
        required={needsLabels}
      />
      <Textarea
        label={t('kinds')}
        description={t('kindsAbout')}
        autosize
        minRows={2}
        value={input.kinds}
        onChange={(e) => onChange({ kinds: e.currentTarget.value })}
        error={error('kinds')}
      />
      <Checkbox
        size="xs"
        label={t('owns')}
        description={t('ownsAbout')}
        checked={input.owns}
        onChange={(e) => onChange({ owns: e.currentTarget.checked })}
      />
    </>
  );
}

/** Reads the lines; what is wrong with them is told at their field. */
export function useApplicationLines(): {
  wrong: (field: string) => string | undefined;
  read: (input: ApplicationText) => { labels: Label[]; kinds: Kind[] } | undefined;
} {
  const t = useApplicationsWords();
  const [sentences, setSentences] = useState<Record<string, string>>({});
  const read = (input: ApplicationText) => {
    const [labels, kinds] = [readLabels(input.labels), readKinds(input.kinds)];
    setSentences({
      ...('wrong' in labels ? { labels: t('noLabel', { line: labels.wrong }) } : {}),
      ...('wrong' in kinds ? { kinds: t('noKind', { line: kinds.wrong }) } : {}),
    });
    return 'wrong' in labels || 'wrong' in kinds ? undefined : { labels, kinds };
  };
  return { wrong: (field) => sentences[field], read };
}
