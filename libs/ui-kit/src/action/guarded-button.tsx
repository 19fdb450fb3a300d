import { ActionIcon, type ActionIconProps, Button, type ButtonProps, Menu, type MenuItemProps, Tooltip } from '@mantine/core';
import type { MouseEvent, ReactElement, ReactNode } from 'react';

/** The API's word on an action. */
export interface Permission {
  allowed: boolean;
  because?: string | null;
}

interface Guarded {
  can: Permission | undefined;
  /** Of a form's own button, nothing: the form is told. */
  onClick?: () => void;
  children: ReactNode;
}

/** What a greyed element has: it stays reachable by keyboard and says why. Until the API has told, it is not grey: a click is answered by the API. */
function guarded(can: Permission | undefined, onClick: (() => void) | undefined) {
  const refused = can !== undefined && !can.allowed;
  return {
    'aria-disabled': refused || undefined,
    'data-disabled': refused || undefined,
    'aria-description': refused ? (can.because ?? undefined) : undefined,
    onClick: (event: MouseEvent) => (refused ? event.preventDefault() : onClick?.()),
  };
}

function withReason(can: Permission | undefined, element: ReactElement): ReactElement {
  return can?.allowed === false && can.because ? <Tooltip label={can.because}>{element}</Tooltip> : element;
}

/** A button that follows the API's word. */
export function GuardedButton({
  can,
  onClick,
  children,
  ...rest
}: Guarded & Omit<ButtonProps, 'disabled'> & { type?: 'button' | 'submit' }) {
  return withReason(
    can,
    <Button variant="default" {...rest} {...guarded(can, onClick)}>
      {children}
    </Button>,
  );
}

/** The same as a picture alone, named by `label`. */
export function GuardedIcon({ can, onClick, label, children, ...rest }: Guarded & Omit<ActionIconProps, 'disabled'> & { label: string }) {
  return withReason(
    can,
    <ActionIcon {...rest} aria-label={label} {...guarded(can, onClick)}>
      {children}
    </ActionIcon>,
  );
}

/** The same in a menu. */
export function GuardedItem({ can, onClick, children, ...rest }: Guarded & Omit<MenuItemProps, 'disabled'>) {
  return withReason(
    can,
    <Menu.Item {...rest} closeMenuOnClick={can?.allowed !== false} {...guarded(can, onClick)}>
      {children}
    </Menu.Item>,
  );
}
