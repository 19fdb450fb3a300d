import { type ReactNode, useEffect, useRef } from 'react';
import styles from './page.module.css';

interface PageHeaderProps {
  /** Names the window; the heading itself unless `heading` is given. */
  title: string;
  heading?: ReactNode;
  /** Beside the heading: the state of what the page shows. */
  status?: ReactNode;
  /** One quiet line below. */
  about?: ReactNode;
  actions?: ReactNode;
}

let places = 0;

/** The page's heading. It takes the focus after a move between pages, as a loaded page would. */
export function PageHeader({ title, heading, status, about, actions }: PageHeaderProps) {
  const element = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} - Tidegate`;
  }, [title]);
  useEffect(() => {
    if (places++ > 0) element.current?.focus({ preventScroll: true });
  }, []);
  return (
    <div className={styles.header}>
      <div className={styles.headline}>
        <h1 ref={element} tabIndex={-1}>
          {heading ?? title}
        </h1>
        {status}
        {about && <div className={styles.about}>{about}</div>}
      </div>
      {actions && <div className={styles.actions}>{actions}</div>}
    </div>
  );
}

/** A surface with a title. Name it, so that it is a landmark. */
export function Panel(props: {
  title?: string;
  label?: string;
  aside?: ReactNode;
  flush?: boolean;
  children: ReactNode;
  className?: string;
}) {
  const { title, label, aside, flush, children, className } = props;
  return (
    <section className={`${styles.panel} ${className ?? ''}`} aria-label={label ?? title} data-flush={flush}>
      {(title ?? aside) && (
        <div className={styles.panelHead}>
          {title && <h2>{title}</h2>}
          {aside && <div className={styles.aside}>{aside}</div>}
        </div>
      )}
      {children}
    </section>
  );
}

/** Panels beside each other while there is room. */
export function Columns({ children, least = 320 }: { children: ReactNode; least?: number }) {
  return (
    <div className={styles.columns} style={{ gridTemplateColumns: `repeat(auto-fit, minmax(min(100%, ${least}px), 1fr))` }}>
      {children}
    </div>
  );
}

/** Names and values. */
export function Facts({ facts }: { facts: { name: string; value: ReactNode }[] }) {
  return (
    <dl className={styles.facts}>
      {facts.map((fact) => (
        <div key={fact.name}>
          <dt>{fact.name}</dt>
          <dd>{fact.value}</dd>
        </div>
      ))}
    </dl>
  );
}
