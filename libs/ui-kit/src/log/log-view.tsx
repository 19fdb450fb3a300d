import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef } from 'react';
import { type LogLine, findLines, toneOfLine } from './log-lines';
import styles from './log-view.module.css';

interface LogViewProps {
  label: string;
  lines: readonly LogLine[];
  /** Only lines with these words are shown. */
  words: string;
  /** Stays at the end while new lines come. */
  following: boolean;
  /** Scrolling up ends following. */
  onLeaveEnd: () => void;
  empty: string;
}

const LINE_PX = 20;

/** Lines of a log, of which only those in view are in the page. */
export function LogView({ label, lines, words, following, onLeaveEnd, empty }: LogViewProps) {
  const box = useRef<HTMLDivElement>(null);
  const shown = useMemo(() => findLines(lines, words), [lines, words]);
  const virtual = useVirtualizer({
    count: shown.length,
    getScrollElement: () => box.current,
    estimateSize: () => LINE_PX,
    overscan: 30,
    getItemKey: (index) => shown[index]?.id ?? index,
  });
  useEffect(() => {
    if (following && shown.length > 0) virtual.scrollToIndex(shown.length - 1, { align: 'end' });
  }, [following, shown, virtual]);
  return (
    <div
      ref={box}
      className={styles.log}
      role="log"
      aria-label={label}
      aria-live="off"
      // A region that scrolls has to be reachable by keyboard.
      tabIndex={0}
      onWheel={(event) => event.deltaY < 0 && onLeaveEnd()}
      onKeyDown={(event) => ['ArrowUp', 'PageUp', 'Home'].includes(event.key) && onLeaveEnd()}
    >
      {shown.length === 0 && <p className={styles.empty}>{empty}</p>}
      <div style={{ height: virtual.getTotalSize(), position: 'relative' }}>
        {virtual.getVirtualItems().map((item) => {
          const line = shown[item.index];
          if (!line) return null;
          return (
            <div
              key={item.key}
              ref={virtual.measureElement}
              data-index={item.index}
              className={styles.line}
              data-tone={toneOfLine(line.text)}
              style={{ transform: `translateY(${item.start}px)` }}
            >
              {line.from && <span className={styles.from}>{line.from}</span>}
              {line.text}
            </div>
          );
        })}
      </div>
    </div>
  );
}
