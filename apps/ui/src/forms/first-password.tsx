import { ActionIcon, Group, TextInput, Tooltip } from '@mantine/core';
import { IconDice5 } from '@tabler/icons-react';
import { useText } from '../i18n/use-text';
import { makePassword } from './make-password';

interface FirstPasswordProps {
  value: string;
  onChange: (value: string) => void;
  error?: string | undefined;
}

/** A password that is told to somebody and changed at the first sign-in, so it may be seen here. */
export function FirstPassword({ value, onChange, error }: FirstPasswordProps) {
  const { t } = useText();
  return (
    <Group align="flex-end" gap="xs" wrap="nowrap">
      <TextInput
        label={t('accounts.firstPassword')}
        description={t('accounts.firstPasswordAbout')}
        value={value}
        onChange={(e) => onChange(e.currentTarget.value)}
        error={error}
        autoComplete="off"
        maxLength={256}
        flex={1}
      />
      <Tooltip label={t('accounts.makePassword')}>
        <ActionIcon variant="default" size={36} aria-label={t('accounts.makePassword')} onClick={() => onChange(makePassword())}>
          <IconDice5 size={17} />
        </ActionIcon>
      </Tooltip>
    </Group>
  );
}
