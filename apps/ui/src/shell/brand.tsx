import { Link } from '@tanstack/react-router';
import styles from './shell.module.css';

/** A gate in the tide: the sign of the platform. */
export function Sign({ size = 22 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" aria-hidden="true">
      <rect width="24" height="24" rx="6" fill="var(--tide)" />
      <path d="M4 15.5q4-6.5 8 0t8 0V20H4z" fill="var(--paper)" opacity=".95" />
      <path d="M8 5v6M12 4v7M16 5v6" stroke="var(--paper)" strokeWidth="1.8" strokeLinecap="round" opacity=".8" />
    </svg>
  );
}

export function Brand() {
  return (
    <Link to="/" className={styles.brand}>
      <Sign />
      <span>Tidegate</span>
    </Link>
  );
}
