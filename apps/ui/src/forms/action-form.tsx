import { Alert, Button, Group, Modal, Stack } from '@mantine/core';
import { useWords } from '@tidegate/ui-kit';
import type { ReactNode } from 'react';
import type { Problem } from '../api/problem';

interface ActionFormProps {
  opened: boolean;
  title: string;
  action: string;
  busy: boolean;
  problem: Problem | undefined;
  /** Fields that show their own sentences; what is said of others stands above. */
  fields: readonly string[];
  onClose: () => void;
  onSubmit: () => void;
  children: ReactNode;
}

/** A form over the page. What the API says of a field stands at the field, all else above the form. */
export function ActionForm({ opened, title, action, busy, problem, fields, onClose, onSubmit, children }: ActionFormProps) {
  const words = useWords();
  const atFields = problem && Object.keys(problem.fields).some((field) => fields.includes(field));
  return (
    <Modal opened={opened} onClose={onClose} title={title} closeButtonProps={{ 'aria-label': words.close }}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          onSubmit();
        }}
      >
        <Stack gap="sm">
          {problem && !atFields && (
            <Alert role="alert" color="bad" variant="light" title={problem.sentence}>
              {problem.remedy}
            </Alert>
          )}
          {children}
          <Group justify="flex-end" gap="xs" mt="xs">
            <Button variant="default" onClick={onClose}>
              {words.cancel}
            </Button>
            <Button type="submit" loading={busy}>
              {action}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
