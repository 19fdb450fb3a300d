import { Alert } from '@mantine/core';
import { useSearch } from '@tanstack/react-router';
import { useText } from '../../i18n/use-text';
import { useAuth } from '../../session/auth';
import { Door } from '../../session/door';
import { SignInForm } from '../../session/sign-in-form';

export function SignInPage() {
  const { t } = useText();
  const auth = useAuth();
  const { next = '/' } = useSearch({ from: '/sign-in' });
  return (
    <Door title={t('signIn.title')} about={t('signIn.about')}>
      {auth.because && (
        <Alert color="yellow" variant="light" mb="md">
          {auth.because}
        </Alert>
      )}
      {/* The whole page is loaded anew: nothing of what somebody else saw stays. */}
      <SignInForm returnTo={next} onDone={() => location.assign(next)} />
    </Door>
  );
}
