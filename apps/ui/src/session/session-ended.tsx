import { Modal, Text } from '@mantine/core';
import { useLocation } from '@tanstack/react-router';
import { useText } from '../i18n/use-text';
import { authState, useAuth } from './auth';
import { SignInForm } from './sign-in-form';

/** The session ended while somebody worked: the page stays, and goes on after signing in again. */
export function SessionEnded() {
  const { t } = useText();
  const { href } = useLocation();
  const before = useAuth().signedIn?.id;
  const goOn = (): void => {
    // Another person must not see what the first one had open.
    if (authState().signedIn?.id !== before) location.reload();
  };
  return (
    <Modal
      opened
      onClose={() => undefined}
      withCloseButton={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
      title={t('signIn.ended')}
    >
      <Text size="sm" mb="sm" c="dimmed">
        {t('signIn.endedAbout')}
      </Text>
      <SignInForm returnTo={href} account={before} onDone={goOn} />
    </Modal>
  );
}
