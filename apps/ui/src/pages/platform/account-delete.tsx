import { ConfirmByName } from '@tidegate/ui-kit';
import { type AccountRowFragment, DeleteAccountDocument } from '../../api/generated/documents';
import { useSubmit } from '../../forms/use-submit';
import { useText } from '../../i18n/use-text';

export function AccountDelete({ account, onClose }: { account: AccountRowFragment | undefined; onClose: () => void }) {
  const { t } = useText();
  const name = account?.name ?? '';
  const { busy, problem, submit, forget } = useSubmit(DeleteAccountDocument, t('accounts.deleted', { name }));
  const close = (): void => {
    forget();
    onClose();
  };
  const confirm = async (): Promise<void> => {
    if (await submit({ name })) close();
  };
  return (
    <ConfirmByName
      opened={account !== undefined}
      title={t('accounts.deleteOf', { name })}
      name={name}
      action={t('accounts.delete')}
      busy={busy}
      problem={problem?.sentence}
      onClose={close}
      onConfirm={() => void confirm()}
    >
      {t('accounts.deleteAbout')}
    </ConfirmByName>
  );
}
