import { ActionIcon } from '@mantine/core';
import { IconMenu2 } from '@tabler/icons-react';
import { type ReactNode, useEffect, useState } from 'react';
import { useWords } from '../theme/words';
import styles from './app-frame.module.css';

interface AppFrameProps {
  /** Changes with each move between pages; closes the menu of narrow windows. */
  place: string;
  brand: ReactNode;
  nav: ReactNode;
  foot: ReactNode;
  top: ReactNode;
  banner?: ReactNode;
  children: ReactNode;
}

/** Navigation at the left, the way here and search at the top, the page below. */
export function AppFrame({ place, brand, nav, foot, top, banner, children }: AppFrameProps) {
  const words = useWords();
  const [open, setOpen] = useState(false);
  useEffect(() => setOpen(false), [place]);
  return (
    <div className={styles.frame}>
      <a className={styles.skip} href="#content">
        {words.skipToContent}
      </a>
      <div className={styles.side} data-open={open}>
        <div className={styles.brand}>{brand}</div>
        <nav className={styles.nav} aria-label={words.navigation}>
          {nav}
        </nav>
        <div className={styles.foot}>{foot}</div>
      </div>
      {open && <button type="button" className={styles.veil} aria-label={words.close} onClick={() => setOpen(false)} />}
      <div className={styles.body}>
        <header className={styles.top}>
          <ActionIcon className={styles.burger} aria-label={words.menu} aria-expanded={open} onClick={() => setOpen(!open)}>
            <IconMenu2 size={18} />
          </ActionIcon>
          {top}
        </header>
        {banner}
        <main className={styles.main} id="content" tabIndex={-1}>
          {children}
        </main>
      </div>
    </div>
  );
}

/** A named group of the navigation. */
export function NavSection({ title, children }: { title?: string; children: ReactNode }) {
  return (
    <div className={styles.section}>
      {title && <div className={styles.sectionTitle}>{title}</div>}
      <ul>{children}</ul>
    </div>
  );
}

/** Styles for the link that the app's router draws inside a NavSection. */
export const navLinkClass = styles.link;
