import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { makeFigures } from '../figure/format-figure';
import { useWords } from '../theme/words';
import { type Band, type Level, type Line, type Look, chartOptions } from './chart-options';
import styles from './chart.module.css';

export type { Band, Level, Line } from './chart-options';

export interface ChartProps {
  label: string;
  /** Epoch seconds, rising. */
  times: number[];
  lines: Line[];
  bands?: Band[];
  levels?: Level[];
  /** Says a value with its unit. */
  say: (value: number) => string;
  height?: number;
  /** The vertical axis reaches at least to here. */
  top?: number;
  /** The axis may go below zero. */
  signed?: boolean;
}

/**
 * A time series with a legend that tells the values under the pointer, else the newest. New data only redraws it; colours are read
 * from the theme, so a change of theme makes it anew.
 */
export function Chart({ label, times, lines, bands = [], levels = [], say, height = 160, top = 0, signed = false }: ChartProps) {
  const words = useWords();
  const figures = makeFigures(words.locale);
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const [under, setUnder] = useState<number>();
  const scheme = useComputedColorScheme('light');
  const data: uPlot.AlignedData = [times, ...bands.flatMap((b) => [b.high, b.low]), ...lines.map((l) => l.values)];
  const shape = JSON.stringify([lines.map((l) => [l.label, l.tone, l.stepped]), bands.map((b) => b.tone), levels, top, signed]);
  useEffect(() => {
    const element = box.current;
    if (!element) return undefined;
    const look: Look = { lines, bands, levels, say, top, signed, clock: figures.clock };
    const made = new uPlot(
      {
        width: element.clientWidth,
        height,
        ...chartOptions(look, (name) => getComputedStyle(element).getPropertyValue(`--${name}`).trim()),
        hooks: { setCursor: [(u) => setUnder(u.cursor.idx ?? undefined)] },
      },
      data,
      element,
    );
    plot.current = made;
    const resize = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height }));
    resize.observe(element);
    return () => {
      resize.disconnect();
      made.destroy();
    };
    // What else the look holds comes with its shape.
  }, [scheme, shape, height, words.locale]);
  useEffect(() => plot.current?.setData(data), [times, lines, bands]);
  const at = under === undefined || under >= times.length ? times.length - 1 : under;
  const values = lines.map((l) => `${l.label} ${told(l.values[at], say, words.noRequests)}`).join(', ');
  return (
    <>
      <div ref={box} className={styles.plot} role="img" aria-label={`${label}: ${values}`} style={{ height }} />
      <p className={styles.legend} aria-hidden="true">
        {lines.map((line) => (
          <span key={line.label}>
            <span className={styles.swatch} style={{ background: `var(--${line.tone})` }} /> {line.label}{' '}
            <b>{told(line.values[at], say, words.noRequests)}</b>
          </span>
        ))}
        {under !== undefined && times[at] !== undefined && <span>{words.at(figures.clock(times[at]))}</span>}
      </p>
    </>
  );
}

function told(value: number | null | undefined, say: (value: number) => string, nothing: string): string {
  return value === null || value === undefined ? nothing : say(value);
}
