import { type ReactNode, useEffect, useRef } from 'react';

/** The page's heading: names the window, and takes the focus after a move between pages, as a loaded page would. */
export function Heading({ title, children }: { title: string; children: ReactNode }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} - Tidegate`;
  }, [title]);
  useEffect(() => {
    if ((history.state as { moved?: boolean } | null)?.moved) heading.current?.focus();
  }, []);
  return (
    <h1 ref={heading} tabIndex={-1}>
      {children}
    </h1>
  );
}
