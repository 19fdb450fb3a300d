import { Button, type ButtonProps, Tooltip } from '@mantine/core';
import type { ReactNode } from 'react';

/** The API's word on an action. */
export interface Permission {
  allowed: boolean;
  because?: string | null;
}

interface GuardedButtonProps extends Omit<ButtonProps, 'onClick' | 'disabled'> {
  can: Permission | undefined;
  /** Of a form's own button, nothing: the form is told. */
  type?: 'button' | 'submit';
  onClick?: () => void;
  children: ReactNode;
}

/** A button that follows the API's word. A greyed one stays reachable by keyboard and says why. */
export function GuardedButton({ can, onClick, children, ...rest }: GuardedButtonProps) {
  const refused = can !== undefined && !can.allowed;
  const button = (
    <Button
      variant="default"
      {...rest}
      aria-disabled={refused || undefined}
      data-disabled={refused || undefined}
      aria-description={refused ? (can.because ?? undefined) : undefined}
      onClick={(event) => (refused ? event.preventDefault() : onClick?.())}
    >
      {children}
    </Button>
  );
  return refused && can.because ? <Tooltip label={can.because}>{button}</Tooltip> : button;
}
