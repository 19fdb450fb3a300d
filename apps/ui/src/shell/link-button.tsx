import { Button, type ButtonProps } from '@mantine/core';
import { createLink } from '@tanstack/react-router';
import type { AnchorHTMLAttributes, Ref } from 'react';

interface Props extends Omit<ButtonProps, 'href'>, Omit<AnchorHTMLAttributes<HTMLAnchorElement>, keyof ButtonProps> {
  ref?: Ref<HTMLAnchorElement>;
}

function ButtonAnchor(props: Props) {
  return <Button component="a" {...props} />;
}

/** A button that leads to a place of the console, with the place checked by types. */
export const LinkButton = createLink(ButtonAnchor);
