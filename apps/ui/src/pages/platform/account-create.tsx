import { SegmentedControl, TagsInput, TextInput } from '@mantine/core';
import { useState } from 'react';
import { type AccountKind, CreateAccountDocument } from '../../api/generated/documents';
import { ActionForm } from '../../forms/action-form';
import { FirstPassword } from '../../forms/first-password';
import { makePassword } from '../../forms/make-password';
import { useSubmit } from '../../forms/use-submit';
import { useText } from '../../i18n/use-text';

const EMPTY = { name: '', displayName: '', email: '', kind: 'PERSON' as AccountKind, groups: [] as string[], password: '' };

export function AccountCreate({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useText();
  const [input, setInput] = useState(() => ({ ...EMPTY, password: makePassword() }));
  const { busy, problem, error, submit, forget } = useSubmit(CreateAccountDocument, t('accounts.created', { name: input.name }));
  const set = <K extends keyof typeof EMPTY>(field: K, value: (typeof EMPTY)[K]): void =>
    setInput((before) => ({ ...before, [field]: value }));
  const close = (): void => {
    forget();
    setInput({ ...EMPTY, password: makePassword() });
    onClose();
  };
  const isPerson = input.kind === 'PERSON';
  const create = async (): Promise<void> => {
    const { password, email, ...rest } = input;
    const made = await submit({ input: { ...rest, ...(email && { email }), ...(isPerson && password && { password }) } });
    if (made) close();
  };
  return (
    <ActionForm
      opened={opened}
      title={t('accounts.create')}
      action={t('accounts.create')}
      busy={busy}
      problem={problem}
      fields={['name', 'displayName', 'email', 'groups', 'password']}
      onClose={close}
      onSubmit={() => void create()}
    >
      <SegmentedControl
        aria-label={t('accounts.kind')}
        value={input.kind}
        onChange={(value) => set('kind', value === 'MACHINE' ? 'MACHINE' : 'PERSON')}
        data={[
          { value: 'PERSON', label: t('accounts.person') },
          { value: 'MACHINE', label: t('accounts.machine') },
        ]}
      />
      <TextInput
        data-autofocus
        label={t('accounts.name')}
        description={t('accounts.nameAbout')}
        value={input.name}
        onChange={(e) => set('name', e.currentTarget.value)}
        error={error('name')}
        autoComplete="off"
        required
        maxLength={63}
      />
      <TextInput
        label={t('accounts.displayName')}
        value={input.displayName}
        onChange={(e) => set('displayName', e.currentTarget.value)}
        error={error('displayName')}
        maxLength={200}
      />
      {isPerson && (
        <TextInput
          label={t('accounts.email')}
          type="email"
          value={input.email}
          onChange={(e) => set('email', e.currentTarget.value)}
          error={error('email')}
          maxLength={254}
        />
      )}
      <TagsInput
        label={t('places.groups')}
        description={t('accounts.groupsAbout')}
        value={input.groups}
        onChange={(value) => set('groups', value)}
        error={error('groups')}
        maxTags={50}
      />
      {isPerson && <FirstPassword value={input.password} onChange={(value) => set('password', value)} error={error('password')} />}
    </ActionForm>
  );
}
