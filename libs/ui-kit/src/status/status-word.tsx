import {
  IconAlertTriangleFilled,
  IconCircleCheckFilled,
  IconCircleDashed,
  IconCircleFilled,
  IconLoader2,
  IconMoonFilled,
  IconPlayerPauseFilled,
} from '@tabler/icons-react';
import styles from './status-word.module.css';

export type Tone = 'good' | 'bad' | 'wait' | 'sleep' | 'paused' | 'quiet' | 'candidate' | 'tide';

const SIGNS: Record<Tone, typeof IconMoonFilled> = {
  good: IconCircleCheckFilled,
  bad: IconAlertTriangleFilled,
  wait: IconLoader2,
  sleep: IconMoonFilled,
  paused: IconPlayerPauseFilled,
  quiet: IconCircleDashed,
  candidate: IconCircleFilled,
  tide: IconCircleFilled,
};

/** A state in a word, with a sign of its own besides the colour. */
export function StatusWord({ tone, children, chip }: { tone: Tone; children: string; chip?: boolean }) {
  const Sign = SIGNS[tone];
  return (
    <span className={styles.status} data-tone={tone} data-chip={chip}>
      <Sign size={13} aria-hidden="true" className={tone === 'wait' ? styles.turning : undefined} />
      {children}
    </span>
  );
}
