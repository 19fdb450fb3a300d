import { Alert, Button, Checkbox, Modal, NumberInput, Stack, Text, TextInput } from '@mantine/core';
import { Command, useWords } from '@tidegate/ui-kit';
import { useState } from 'react';
import { CreateTokenDocument, type TokenScope } from '../../api/generated/documents';
import { ActionForm } from '../../forms/action-form';
import { useSubmit } from '../../forms/use-submit';
import { useText } from '../../i18n/use-text';

const SCOPES: readonly TokenScope[] = ['READ', 'WRITE', 'KUBERNETES', 'TERMINAL'];
const EMPTY = { name: '', scopes: ['READ'] as TokenScope[], days: 90, workspace: '' };
const LONGEST_DAYS = 366;

/** Makes a token, and shows it the one time that it can be seen. */
export function TokenCreate({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useText();
  const words = useWords();
  const [input, setInput] = useState(EMPTY);
  const [secret, setSecret] = useState<string>();
  const { busy, problem, error, submit, forget } = useSubmit(CreateTokenDocument, t('tokens.created', { name: input.name }));
  const close = (): void => {
    forget();
    setSecret(undefined);
    setInput(EMPTY);
    onClose();
  };
  const create = async (): Promise<void> => {
    const made = await submit({ input: { ...input, workspace: input.workspace || null } });
    if (made) setSecret(made.createToken.secret);
  };
  if (secret !== undefined) {
    return (
      <Modal
        opened={opened}
        onClose={close}
        title={t('tokens.createdTitle', { name: input.name })}
        closeButtonProps={{ 'aria-label': words.close }}
      >
        <Stack gap="sm">
          <Alert color="tide" variant="light">
            {t('tokens.once')}
          </Alert>
          <Command>{secret}</Command>
          <Text size="sm" c="dimmed">
            {t('tokens.how')}
          </Text>
          <Button onClick={close}>{words.close}</Button>
        </Stack>
      </Modal>
    );
  }
  return (
    <ActionForm
      opened={opened}
      title={t('tokens.create')}
      action={t('tokens.create')}
      busy={busy}
      problem={problem}
      fields={['name', 'scopes', 'days', 'workspace']}
      onClose={close}
      onSubmit={() => void create()}
    >
      <TextInput
        data-autofocus
        label={t('tokens.name')}
        description={t('tokens.nameAbout')}
        value={input.name}
        onChange={(e) => setInput({ ...input, name: e.currentTarget.value })}
        error={error('name')}
        autoComplete="off"
        required
        maxLength={100}
      />
      <Checkbox.Group
        label={t('tokens.scopes')}
        description={t('tokens.scopesAbout')}
        value={input.scopes}
        onChange={(value) => setInput({ ...input, scopes: SCOPES.filter((scope) => value.includes(scope)) })}
        error={error('scopes')}
      >
        <Stack gap={6} mt={6}>
          {SCOPES.map((scope) => (
            <Checkbox key={scope} value={scope} label={t(`tokens.scope.${scope}`)} size="xs" />
          ))}
        </Stack>
      </Checkbox.Group>
      <NumberInput
        label={t('tokens.days')}
        value={input.days}
        onChange={(value) => setInput({ ...input, days: typeof value === 'number' ? value : input.days })}
        min={1}
        max={LONGEST_DAYS}
        allowDecimal={false}
        error={error('days')}
      />
      <TextInput
        label={t('tokens.workspace')}
        description={t('tokens.workspaceAbout')}
        value={input.workspace}
        onChange={(e) => setInput({ ...input, workspace: e.currentTarget.value })}
        error={error('workspace')}
        maxLength={63}
      />
    </ActionForm>
  );
}
