import { useEffect, useRef, useState } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { clockOf } from './time';

export interface Line {
  label: string;
  /** Name of a colour of the theme. */
  colour: 'tide' | 'candidate';
  values: (number | null)[];
  stepped?: boolean;
}

interface ChartProps {
  label: string;
  /** Epoch seconds. */
  times: number[];
  lines: Line[];
  /** Of the values, shown with each of them. */
  unit: string;
  height: number;
  /** The vertical axis reaches at least to here. */
  top?: number;
}

const DARK = '(prefers-color-scheme: dark)';

/** Colours are read from the theme when the canvas is made, so it is made again when the theme changes. */
function useScheme(): boolean {
  const [dark, setDark] = useState(() => matchMedia(DARK).matches);
  useEffect(() => {
    const media = matchMedia(DARK);
    const update = (): void => setDark(media.matches);
    media.addEventListener('change', update);
    return () => media.removeEventListener('change', update);
  }, []);
  return dark;
}

/** A time series with a legend that tells the values under the pointer, else the newest. New data only redraws it. */
export function Chart({ label, times, lines, unit, height, top }: ChartProps) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const [under, setUnder] = useState<number>();
  const dark = useScheme();
  const data: uPlot.AlignedData = [times, ...lines.map((l) => l.values)];
  useEffect(() => {
    const element = box.current;
    if (!element) return undefined;
    const size = (): { width: number; height: number } => ({ width: element.clientWidth, height });
    const made = new uPlot(
      { ...size(), ...look(element, lines, unit, top), hooks: { setCursor: [(u) => setUnder(u.cursor.idx ?? undefined)] } },
      data,
      element,
    );
    plot.current = made;
    const resize = new ResizeObserver(() => made.setSize(size()));
    resize.observe(element);
    return () => {
      resize.disconnect();
      made.destroy();
    };
    // Lines keep their number, names and colours for the life of a chart.
  }, [dark]);
  useEffect(() => plot.current?.setData(data), [times, lines]);
  const at = under === undefined || under >= times.length ? times.length - 1 : under;
  return (
    <>
      <div ref={box} role="img" aria-label={label} />
      <p className="legend" aria-hidden="true">
        {lines.map((line) => (
          <span key={line.label}>
            <span className={`swatch ${line.colour}`} /> {line.label}: {inWords(line.values[at] ?? null, unit)}
          </span>
        ))}
        {under !== undefined && times[at] !== undefined && <span>at {clockOf(times[at])}</span>}
      </p>
    </>
  );
}

function inWords(value: number | null, unit: string): string {
  return value === null ? 'no requests' : `${Number(value.toFixed(1))} ${unit}`;
}

function look(
  element: Element,
  lines: Line[],
  unit: string,
  top = 0,
): Pick<uPlot.Options, 'cursor' | 'legend' | 'scales' | 'axes' | 'series'> {
  const colour = (name: string): string => getComputedStyle(element).getPropertyValue(`--${name}`).trim();
  const axis: uPlot.Axis = {
    stroke: colour('quiet'),
    grid: { stroke: colour('line'), width: 1 },
    ticks: { stroke: colour('line'), width: 1 },
  };
  const stepped = uPlot.paths.stepped?.({ align: 1 });
  return {
    cursor: { y: false, drag: { x: false, y: false } },
    legend: { show: false },
    scales: { y: { range: (_u, _min, max) => [0, Math.max(top, Number.isFinite(max) ? max * 1.1 : 0, 1)] } },
    axes: [
      { ...axis, size: 34, space: 90, values: (_u, splits) => splits.map(clockOf) },
      { ...axis, size: 64, values: (_u, splits) => splits.map((v) => `${v} ${unit}`) },
    ],
    series: [
      {},
      ...lines.map((line) => ({
        label: line.label,
        stroke: colour(line.colour),
        ...(line.stepped && stepped ? { fill: `${colour(line.colour)}22`, paths: stepped } : {}),
        width: 1.5,
        points: { show: false },
      })),
    ],
  };
}
