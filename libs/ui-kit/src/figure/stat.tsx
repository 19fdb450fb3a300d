import type { ReactNode } from 'react';
import styles from './stat.module.css';

/** A few numbers in a row, each with its unit and its time range in the title. */
export function Stats({ children, label }: { children: ReactNode; label?: string }) {
  return (
    <dl className={styles.stats} aria-label={label}>
      {children}
    </dl>
  );
}

export function Stat({
  name,
  value,
  below,
  tone,
}: {
  name: string;
  value: string;
  below?: ReactNode;
  tone?: 'good' | 'bad' | 'sleep' | 'wait' | undefined;
}) {
  return (
    <div className={styles.stat}>
      <dt>{name}</dt>
      <dd data-tone={tone}>{value}</dd>
      {below && <dd className={styles.below}>{below}</dd>}
    </div>
  );
}

/** How much of a limit is used; turns to a warning near its end. */
export function Meter({ label, used, limit, words }: { label: string; used: number; limit: number; words: string }) {
  const share = limit > 0 ? Math.min(1, used / limit) : 0;
  const tone = share >= 1 ? 'bad' : share >= 0.85 ? 'wait' : 'tide';
  return (
    <div className={styles.meter}>
      <div className={styles.meterHead}>
        <span>{label}</span>
        <span>{words}</span>
      </div>
      <div
        className={styles.track}
        role="meter"
        aria-label={label}
        aria-valuenow={Math.round(share * 100)}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuetext={words}
      >
        <div className={styles.fill} data-tone={tone} style={{ width: `${share * 100}%` }} />
      </div>
    </div>
  );
}
