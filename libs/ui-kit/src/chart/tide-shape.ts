/** From this moment on, the candidate gets `weight` percent. */
export interface TidePoint {
  /** Epoch milliseconds. */
  at: number;
  weight: number;
}

export interface TideScale {
  from: number;
  to: number;
  width: number;
  height: number;
}

export const xOf = (at: number, { from, to, width }: TideScale): number =>
  to <= from ? 0 : (Math.min(Math.max(at, from), to) - from) * (width / (to - from));
export const yOf = (weight: number, { height }: Pick<TideScale, 'height'>): number => height * (1 - weight / 100);

const round = (value: number): number => Math.round(value * 10) / 10;

/** How wide the rise to a new weight is drawn. */
export const SLOPE_PX = 14;

/** The line of the weight, as an SVG path: level, then an S-shaped rise or fall, then level. Empty without points. */
export function tideLine(points: readonly TidePoint[], scale: TideScale): string {
  const [first, ...rest] = points;
  if (!first) return '';
  let y = yOf(first.weight, scale);
  const parts = [`M${round(xOf(first.at, scale))} ${round(y)}`];
  rest.forEach((point, index) => {
    const x = xOf(point.at, scale);
    const next = rest[index + 1];
    const end = Math.min(x + SLOPE_PX, next ? xOf(next.at, scale) : scale.width);
    const to = yOf(point.weight, scale);
    const middle = (x + end) / 2;
    parts.push(`H${round(x)}`, `C${round(middle)} ${round(y)} ${round(middle)} ${round(to)} ${round(end)} ${round(to)}`);
    y = to;
  });
  parts.push(`H${round(xOf(scale.to, scale))}`);
  return parts.join(' ');
}

/** The water below the line. */
export function tideArea(points: readonly TidePoint[], scale: TideScale): string {
  const line = tideLine(points, scale);
  const first = points[0];
  return line === '' || !first ? '' : `${line} V${scale.height} H${round(xOf(first.at, scale))} Z`;
}

/** The weight at a moment; 0 before the first point. */
export function weightAt(points: readonly TidePoint[], at: number): number {
  return points.findLast((p) => p.at <= at)?.weight ?? 0;
}
