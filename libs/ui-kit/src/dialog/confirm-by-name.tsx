import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { type ReactNode, useEffect, useState } from 'react';
import { useWords } from '../theme/words';

interface ConfirmByNameProps {
  opened: boolean;
  title: string;
  /** What is lost, in a sentence. */
  children: ReactNode;
  /** Has to be typed. */
  name: string;
  action: string;
  busy?: boolean;
  /** What the API said when it did not work. */
  problem?: string | undefined;
  onClose: () => void;
  onConfirm: () => void;
}

/** Asks for the name before something is lost. */
export function ConfirmByName({ opened, title, children, name, action, busy, problem, onClose, onConfirm }: ConfirmByNameProps) {
  const words = useWords();
  const [typed, setTyped] = useState('');
  useEffect(() => setTyped(''), [opened]);
  return (
    <Modal opened={opened} onClose={onClose} title={title} closeButtonProps={{ 'aria-label': words.close }}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (typed === name) onConfirm();
        }}
      >
        <Stack gap="sm">
          <Text size="sm" component="div">
            {children}
          </Text>
          <TextInput
            data-autofocus
            label={words.typeToConfirm(name)}
            value={typed}
            onChange={(e) => setTyped(e.currentTarget.value)}
            autoComplete="off"
            error={problem}
          />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {words.cancel}
            </Button>
            <Button type="submit" color="bad" disabled={typed !== name} loading={busy ?? false}>
              {action}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
