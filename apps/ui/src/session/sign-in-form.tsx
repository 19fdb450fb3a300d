import { Alert, Button, Divider, PasswordInput, Stack, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { Problem } from '../api/problem';
import { useText } from '../i18n/use-text';
import { signIn, useAuth } from './auth';

/** By password or by an identity provider. `returnTo` is where a provider leads back to. */
export function SignInForm({ onDone, returnTo, account: known }: { onDone: () => void; returnTo: string; account?: string | undefined }) {
  const { t } = useText();
  const auth = useAuth();
  const [account, setAccount] = useState(known ?? '');
  const [password, setPassword] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    const outcome = await signIn(account.trim(), password, t('shell.away'));
    setBusy(false);
    if (outcome.done) return onDone();
    setProblem(outcome.problem);
    setPassword('');
  };
  return (
    <Stack gap="sm">
      {auth.providers.map(({ name, title }) => (
        <Button
          key={name}
          component="a"
          variant="default"
          size="sm"
          href={`/auth/oidc/${encodeURIComponent(name)}?return=${encodeURIComponent(returnTo)}`}
        >
          {t('signIn.with', { provider: title })}
        </Button>
      ))}
      {auth.providers.length > 0 && auth.passwords && <Divider label={t('signIn.or')} />}
      <form onSubmit={(event) => void submit(event)}>
        <Stack gap="sm">
          {problem && (
            <Alert role="alert" color="bad" variant="light" title={problem.sentence}>
              {problem.remedy}
            </Alert>
          )}
          <TextInput
            label={t('signIn.account')}
            value={account}
            onChange={(e) => setAccount(e.currentTarget.value)}
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            readOnly={known !== undefined}
            required
            maxLength={63}
          />
          <PasswordInput
            label={t('signIn.password')}
            value={password}
            onChange={(e) => setPassword(e.currentTarget.value)}
            autoComplete="current-password"
            visibilityToggleButtonProps={{ 'aria-label': t('signIn.show') }}
            required
            maxLength={512}
          />
          <Button type="submit" size="sm" loading={busy}>
            {t('signIn.submit')}
          </Button>
        </Stack>
      </form>
    </Stack>
  );
}
