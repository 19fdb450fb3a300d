import uPlot from 'uplot';

/** A colour of the theme, by name. */
export type ChartTone = 'tide' | 'candidate' | 'good' | 'bad' | 'wait' | 'sleep' | 'quiet';

export interface Line {
  label: string;
  tone: ChartTone;
  values: (number | null)[];
  stepped?: boolean;
  /** Filled down to zero. */
  filled?: boolean;
}

/** The room between two rows of values. */
export interface Band {
  tone: ChartTone;
  high: (number | null)[];
  low: (number | null)[];
}

/** A dashed line at one value. */
export interface Level {
  value: number;
  tone: ChartTone;
}

export interface Look {
  lines: Line[];
  bands: Band[];
  levels: Level[];
  say: (value: number) => string;
  top: number;
  signed: boolean;
  clock: (second: number) => string;
}

const AXIS_FONT = '11px "Inter Variable", system-ui, sans-serif';

/** What uPlot is told. `colour` gives the theme's colour of a name. */
export function chartOptions(look: Look, colour: (name: string) => string): Omit<uPlot.Options, 'width' | 'height'> {
  const axis: uPlot.Axis = {
    stroke: colour('quiet'),
    font: AXIS_FONT,
    grid: { stroke: colour('line'), width: 1 },
    ticks: { show: false },
    border: { show: false },
  };
  const stepped = uPlot.paths.stepped?.({ align: 1 });
  const edge: uPlot.Series = { stroke: 'transparent', width: 0, points: { show: false } };
  return {
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 7 } },
    legend: { show: false },
    padding: [8, 8, 0, 0],
    scales: { y: { range: (_u, min, max) => rangeOf(look, min, max) } },
    axes: [
      { ...axis, grid: { show: false }, size: 26, space: 90, values: (_u, splits) => splits.map(look.clock) },
      { ...axis, size: 58, space: 34, values: (_u, splits) => splits.map(look.say) },
    ],
    bands: look.bands.map((band, index) => ({ series: [2 * index + 1, 2 * index + 2], fill: `${colour(band.tone)}2e` })),
    series: [
      {},
      ...look.bands.flatMap(() => [edge, edge]),
      ...look.lines.map((line) => ({
        label: line.label,
        stroke: colour(line.tone),
        ...(line.filled ? { fill: `${colour(line.tone)}1f` } : {}),
        ...(line.stepped && stepped ? { paths: stepped } : {}),
        width: 1.6,
        points: { show: false },
      })),
    ],
    plugins: [{ hooks: { draw: [(u) => drawLevels(u, look.levels, colour)] } }],
  };
}

/** The axis holds zero, every value, every level, and a little air above. */
export function rangeOf(
  { levels, top, signed }: Pick<Look, 'levels' | 'top' | 'signed'>,
  min: number | null,
  max: number | null,
): [number, number] {
  const values = [min, max, ...levels.map((l) => l.value)].filter((v) => v !== null && Number.isFinite(v)) as number[];
  const high = Math.max(0, top, ...values);
  const low = signed ? Math.min(0, ...values) : 0;
  const air = (high - low) * 0.1;
  if (air === 0) return [signed ? -1 : 0, 1];
  return [low < 0 ? low - air : 0, top > 0 && high === top ? top : high + air];
}

function drawLevels(u: uPlot, levels: Level[], colour: (name: string) => string): void {
  const { ctx, bbox } = u;
  ctx.save();
  ctx.lineWidth = devicePixelRatio;
  ctx.setLineDash([4 * devicePixelRatio, 4 * devicePixelRatio]);
  for (const level of levels) {
    const y = Math.round(u.valToPos(level.value, 'y', true));
    ctx.strokeStyle = colour(level.tone);
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
  }
  ctx.restore();
}
