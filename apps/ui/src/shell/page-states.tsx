import { Button, Skeleton, Stack } from '@mantine/core';
import { type ErrorComponentProps, Link } from '@tanstack/react-router';
import { EmptyState, PageHeader } from '@tidegate/ui-kit';
import { IconAlertTriangle, IconMapOff } from '@tabler/icons-react';
import type { Problem } from '../api/problem';
import { useText } from '../i18n/use-text';

/** Shown while a page's data is on its way: the shape of what comes. */
export function Waiting() {
  const { t } = useText();
  return (
    <Stack gap="md" aria-busy="true" aria-label={t('kit.loading')}>
      <Skeleton height={28} width={260} />
      <Skeleton height={120} />
      <Skeleton height={280} />
    </Stack>
  );
}

/** What the API said instead of an answer. */
export function Failed({ problem, again }: { problem: Problem; again?: (() => void) | undefined }) {
  const { t } = useText();
  return (
    <div role="alert">
      <EmptyState
        icon={<IconAlertTriangle size={20} />}
        title={problem.sentence}
        action={again && <Button onClick={again}>{t('shell.retry')}</Button>}
      >
        {problem.remedy}
      </EmptyState>
    </div>
  );
}

export function NotFound() {
  const { t } = useText();
  return (
    <>
      <PageHeader title={t('shell.notFound')} />
      <EmptyState
        icon={<IconMapOff size={20} />}
        title={t('shell.notFoundText')}
        action={
          <Button component={Link} to="/" variant="default">
            {t('shell.toStart')}
          </Button>
        }
      />
    </>
  );
}

/** A fault of the console itself. */
export function PageFault({ error, reset }: ErrorComponentProps) {
  const { t } = useText();
  return (
    <>
      <PageHeader title={t('shell.failed')} />
      <Failed problem={{ sentence: error instanceof Error ? error.message : String(error), fields: {} }} again={reset} />
    </>
  );
}
