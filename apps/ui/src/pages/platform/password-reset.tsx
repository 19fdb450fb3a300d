import { Text } from '@mantine/core';
import { useEffect, useState } from 'react';
import { type AccountRowFragment, ResetPasswordDocument } from '../../api/generated/documents';
import { ActionForm } from '../../forms/action-form';
import { FirstPassword } from '../../forms/first-password';
import { makePassword } from '../../forms/make-password';
import { useSubmit } from '../../forms/use-submit';
import { useText } from '../../i18n/use-text';

export function PasswordReset({ account, onClose }: { account: AccountRowFragment | undefined; onClose: () => void }) {
  const { t } = useText();
  const name = account?.name ?? '';
  const [password, setPassword] = useState('');
  const { busy, problem, error, submit, forget } = useSubmit(ResetPasswordDocument, t('accounts.resetDone', { name }));
  useEffect(() => setPassword(makePassword()), [name]);
  const close = (): void => {
    forget();
    onClose();
  };
  const reset = async (): Promise<void> => {
    if (await submit({ name, password })) close();
  };
  return (
    <ActionForm
      opened={account !== undefined}
      title={t('accounts.resetOf', { name })}
      action={t('accounts.reset')}
      busy={busy}
      problem={problem}
      fields={['password']}
      onClose={close}
      onSubmit={() => void reset()}
    >
      <Text size="sm" c="dimmed">
        {t('accounts.resetAbout')}
      </Text>
      <FirstPassword value={password} onChange={setPassword} error={error('password')} />
    </ActionForm>
  );
}
