import { type PointerEvent, useId, useState } from 'react';
import { makeFigures } from '../figure/format-figure';
import { useWords } from '../theme/words';
import type { ChartTone } from './chart-options';
import { SLOPE_PX, type TidePoint, type TideScale, tideArea, tideLine, weightAt, xOf, yOf } from './tide-shape';
import styles from './tide-chart.module.css';
import { useWidth } from './use-width';

/** Something that happened, drawn on the line. */
export interface TideMark {
  at: number;
  weight: number;
  tone: ChartTone;
  text: string;
}

interface TideChartProps {
  label: string;
  points: TidePoint[];
  marks: TideMark[];
  /** Weights of all steps, drawn as levels. */
  steps: number[];
  from: number;
  to: number;
  /** Whether the end is still moving. */
  flowing: boolean;
  /** The moment that is looked at in a replay. */
  at?: number | undefined;
  names: { below: string; above: string };
}

const HEIGHT = 168;
const GUTTER = 44;
const FOOT = 22;

/** The candidate's share of the traffic over time, as water that rises and falls. Marks tell why it moved. */
export function TideChart({ label, points, marks, steps, from, to, flowing, at, names }: TideChartProps) {
  const words = useWords();
  const figures = makeFigures(words.locale);
  const [box, outer] = useWidth<HTMLDivElement>();
  const clip = useId();
  const [pointer, setPointer] = useState<number>();
  const width = Math.max(0, outer - GUTTER);
  const scale: TideScale = { from, to, width, height: HEIGHT };
  const until = at ?? to;
  const shown = pointer === undefined ? undefined : from + (pointer / Math.max(1, width)) * (to - from);
  const mark = shown === undefined ? undefined : nearest(marks, shown, (to - from) * (14 / Math.max(1, width)));
  const move = (event: PointerEvent<SVGSVGElement>): void =>
    setPointer(Math.min(width, Math.max(0, event.clientX - event.currentTarget.getBoundingClientRect().left)));
  const edge = xOf(until, scale);
  return (
    <div ref={box} className={styles.box}>
      <svg
        width={outer}
        height={HEIGHT + FOOT + 8}
        role="img"
        aria-label={label}
        onPointerMove={move}
        onPointerLeave={() => setPointer(undefined)}
      >
        <defs>
          <linearGradient id={`${clip}-water`} x1="0" y1="0" x2="0" y2="1">
            <stop offset="0" stopColor="var(--candidate)" stopOpacity="0.34" />
            <stop offset="1" stopColor="var(--candidate)" stopOpacity="0.1" />
          </linearGradient>
          <clipPath id={clip}>
            <rect x="0" y="-6" width={edge} height={HEIGHT + 12} />
          </clipPath>
        </defs>
        <g transform="translate(0 6)">
          <rect className={styles.above} width={width} height={HEIGHT} rx="6" />
          {[...new Set(steps)].map((weight) => (
            <g key={weight} className={styles.level}>
              <line x1="0" x2={width} y1={yOf(weight, scale)} y2={yOf(weight, scale)} />
              <text x={width + 8} y={Math.max(8, yOf(weight, scale) + 4)}>
                {weight} %
              </text>
            </g>
          ))}
          {at !== undefined && <path className={styles.faint} d={tideLine(points, scale)} />}
          <g clipPath={`url(#${clip})`}>
            <path className={styles.ground} d={tideArea(points, scale)} />
            <path d={tideArea(points, scale)} fill={`url(#${clip}-water)`} />
            <path className={styles.line} d={tideLine(points, scale)} />
          </g>
          {marks
            .filter((m) => m.at <= until)
            .map((m) => (
              <circle
                key={`${m.at}${m.text}`}
                className={styles.mark}
                cx={markX(m, points, scale)}
                cy={yOf(m.weight, scale)}
                r={m === mark ? 6 : 4}
                style={{ fill: `var(--${m.tone})` }}
              />
            ))}
          <circle
            className={flowing && at === undefined ? styles.head : styles.still}
            cx={edge}
            cy={yOf(weightAt(points, until), scale)}
            r="4.5"
          />
          {pointer !== undefined && <line className={styles.cursor} x1={pointer} x2={pointer} y1="0" y2={HEIGHT} />}
          <g className={styles.foot}>
            <text x="0" y={HEIGHT + 18}>
              {figures.clock(from / 1000)}
            </text>
            <text x={width} y={HEIGHT + 18} textAnchor="end">
              {figures.clock(to / 1000)}
            </text>
          </g>
        </g>
      </svg>
      <p className={styles.caption} aria-hidden="true">
        {shown === undefined ? (
          <>
            <span>
              <i style={{ background: 'var(--candidate)' }} /> {names.below} <b>{weightAt(points, until)} %</b>
            </span>
            <span>
              <i style={{ background: 'var(--tide)' }} /> {names.above} <b>{100 - weightAt(points, until)} %</b>
            </span>
          </>
        ) : (
          <span>
            {figures.clock(shown / 1000)} · {names.below} <b>{weightAt(points, shown)} %</b>
            {mark && ` · ${mark.text}`}
          </span>
        )}
      </p>
    </div>
  );
}

/** A mark of a change sits where the new level is reached. */
function markX(mark: TideMark, points: readonly TidePoint[], scale: TideScale): number {
  const changes = points.some((p) => p.at === mark.at && p.weight !== weightAt(points, p.at - 1));
  return Math.min(scale.width, xOf(mark.at, scale) + (changes ? SLOPE_PX : 0));
}

function nearest(marks: readonly TideMark[], at: number, within: number): TideMark | undefined {
  return marks
    .filter((m) => Math.abs(m.at - at) <= within)
    .toSorted((a, b) => Math.abs(a.at - at) - Math.abs(b.at - at))
    .at(0);
}
