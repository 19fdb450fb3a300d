import { Alert, Button, PasswordInput, Stack } from '@mantine/core';
import { toastDone } from '@tidegate/ui-kit';
import { type FormEvent, useState } from 'react';
import type { Problem } from '../api/problem';
import { useText } from '../i18n/use-text';
import { changePassword } from './auth';

/** The present password and a new one. */
export function PasswordForm({ onDone }: { onDone?: () => void }) {
  const { t } = useText();
  const [present, setPresent] = useState('');
  const [next, setNext] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    const outcome = await changePassword(present, next, t('shell.away'));
    setBusy(false);
    setProblem(outcome.done ? undefined : outcome.problem);
    if (!outcome.done) return;
    setPresent('');
    setNext('');
    toastDone(t('password.changed'));
    onDone?.();
  };
  const { fields = {} } = problem ?? {};
  const atField = fields['present'] ?? fields['next'] ?? fields['password'];
  return (
    <form onSubmit={(event) => void submit(event)}>
      <Stack gap="sm" maw={340}>
        {problem && atField === undefined && (
          <Alert role="alert" color="bad" variant="light" title={problem.sentence}>
            {problem.remedy}
          </Alert>
        )}
        <PasswordInput
          label={t('password.present')}
          value={present}
          onChange={(e) => setPresent(e.currentTarget.value)}
          error={fields['present']}
          autoComplete="current-password"
          visibilityToggleButtonProps={{ 'aria-label': t('signIn.show') }}
          required
          maxLength={512}
        />
        <PasswordInput
          label={t('password.next')}
          description={t('welcome.passwordAbout')}
          value={next}
          onChange={(e) => setNext(e.currentTarget.value)}
          error={fields['next'] ?? fields['password']}
          autoComplete="new-password"
          visibilityToggleButtonProps={{ 'aria-label': t('signIn.show') }}
          required
          maxLength={256}
        />
        <Button type="submit" loading={busy} w="fit-content">
          {t('password.change')}
        </Button>
      </Stack>
    </form>
  );
}
