import { Alert, Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useSearch } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import type { Problem } from '../../api/problem';
import { useText } from '../../i18n/use-text';
import { setUp } from '../../session/auth';
import { Door } from '../../session/door';

/** First run: whoever holds the setup token becomes the first administrator. */
export function WelcomePage() {
  const { t } = useText();
  const { setup = '' } = useSearch({ from: '/welcome' });
  const [input, setInput] = useState({ token: setup, account: 'admin', displayName: '', password: '' });
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const set = (field: keyof typeof input) => (event: { currentTarget: { value: string } }) => {
    const { value } = event.currentTarget;
    setInput((before) => ({ ...before, [field]: value }));
  };
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    const outcome = await setUp(input, t('shell.away'));
    setBusy(false);
    if (outcome.done) location.assign('/');
    else setProblem(outcome.problem);
  };
  const errors = problem?.fields ?? {};
  const elsewhere = problem && Object.keys(errors).length === 0 ? problem : undefined;
  return (
    <Door title={t('welcome.title')} about={t('welcome.about')}>
      <form onSubmit={(event) => void submit(event)}>
        <Stack gap="sm">
          {elsewhere && (
            <Alert role="alert" color="bad" variant="light" title={elsewhere.sentence}>
              {elsewhere.remedy}
            </Alert>
          )}
          <TextInput
            label={t('welcome.token')}
            description={t('welcome.tokenAbout')}
            value={input.token}
            onChange={set('token')}
            error={errors['token']}
            autoComplete="off"
            required
            maxLength={200}
          />
          <TextInput
            label={t('signIn.account')}
            description={t('welcome.accountAbout')}
            value={input.account}
            onChange={set('account')}
            error={errors['account'] ?? errors['name']}
            autoComplete="username"
            required
            maxLength={63}
          />
          <TextInput
            label={t('welcome.displayName')}
            value={input.displayName}
            onChange={set('displayName')}
            error={errors['displayName']}
            maxLength={200}
          />
          <PasswordInput
            label={t('signIn.password')}
            description={t('welcome.passwordAbout')}
            value={input.password}
            onChange={set('password')}
            error={errors['password']}
            autoComplete="new-password"
            visibilityToggleButtonProps={{ 'aria-label': t('signIn.show') }}
            required
            maxLength={256}
          />
          <Button type="submit" size="sm" loading={busy}>
            {t('welcome.submit')}
          </Button>
        </Stack>
      </form>
    </Door>
  );
}
