import { Panel } from '@tidegate/ui-kit';
import { useText } from '../../i18n/use-text';
import { PasswordForm } from '../../session/password-form';

export function PasswordPanel() {
  const { t } = useText();
  return (
    <Panel title={t('password.title')} aside={t('password.about')}>
      <PasswordForm />
    </Panel>
  );
}
