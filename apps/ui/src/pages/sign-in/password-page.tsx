import { useText } from '../../i18n/use-text';
import { Door } from '../../session/door';
import { PasswordForm } from '../../session/password-form';

/** Whoever was given a first password makes one of his own before anything else. */
export function PasswordPage() {
  const { t } = useText();
  return (
    <Door title={t('password.first')} about={t('password.firstAbout')}>
      <PasswordForm onDone={() => location.assign('/')} />
    </Door>
  );
}
