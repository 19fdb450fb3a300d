import styles from './whisker.module.css';
import { useWidth } from './use-width';

interface WhiskerProps {
  label: string;
  /** Bounds of the difference; absent when not known yet. */
  atLeast: number | undefined;
  atMost: number | undefined;
  /** Where both versions are equal. */
  zero: number;
  /** Beyond this, the candidate is worse than tolerated. */
  tolerance: number;
  tone: 'good' | 'bad' | 'wait' | 'quiet';
}

const HEIGHT = 26;

/** Where the true difference lies, as a bar that closes in: left of the line is better, beyond the dashed one is worse than tolerated. */
export function Whisker({ label, atLeast, atMost, zero, tolerance, tone }: WhiskerProps) {
  const [box, width] = useWidth<HTMLDivElement>();
  const room =
    Math.max(Math.abs(tolerance - zero) * 2.2, Math.abs((atLeast ?? zero) - zero), Math.abs((atMost ?? zero) - zero), 1e-9) * 1.08;
  const x = (value: number): number => ((value - (zero - room)) / (2 * room)) * width;
  const left = atLeast === undefined ? 0 : x(atLeast);
  const right = atMost === undefined ? width : x(atMost);
  return (
    <div ref={box} className={styles.box}>
      <svg width={width} height={HEIGHT} role="img" aria-label={label}>
        <rect className={styles.beyond} x={x(tolerance)} y="0" width={Math.max(0, width - x(tolerance))} height={HEIGHT} />
        <line className={styles.zero} x1={x(zero)} x2={x(zero)} y1="0" y2={HEIGHT} />
        <line className={styles.tolerance} x1={x(tolerance)} x2={x(tolerance)} y1="0" y2={HEIGHT} />
        <rect
          className={styles.bar}
          data-tone={tone}
          data-open={atLeast === undefined || atMost === undefined}
          x={left}
          y={HEIGHT / 2 - 4}
          width={Math.max(3, right - left)}
          height="8"
          rx="4"
        />
      </svg>
    </div>
  );
}
