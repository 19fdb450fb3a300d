import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';

export interface Line {
  label: string;
  /** Name of a colour of the theme. */
  colour: 'tide' | 'candidate';
  values: (number | null)[];
  stepped?: boolean;
}

/** A time series. `times` in epoch seconds. The canvas is made once; new data only redraws it. */
export function Chart({ label, times, lines, height, top }: { label: string; times: number[]; lines: Line[]; height: number; top?: number }) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const data: uPlot.AlignedData = [times, ...lines.map((l) => l.values)];
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const colour = (name: string): string => getComputedStyle(element).getPropertyValue(`--${name}`).trim();
    const axis = { stroke: colour('quiet'), grid: { stroke: colour('line'), width: 1 }, ticks: { stroke: colour('line') } };
    plot.current = new uPlot(
      {
        width: element.clientWidth,
        height,
        cursor: { y: false },
        scales: { y: { range: (_u, _min, max) => [0, Math.max(top ?? 0, Number.isFinite(max) ? max * 1.1 : 0, 1)] } },
        axes: [axis, { ...axis, size: 48 }],
        series: [
          {},
          ...lines.map((line) => ({
            label: line.label,
            stroke: colour(line.colour),
            fill: line.stepped ? `${colour(line.colour)}22` : undefined,
            width: 2,
            points: { show: false },
            ...(line.stepped ? { paths: uPlot.paths.stepped?.({ align: 1 }) } : {}),
          })),
        ],
      },
      data,
      element,
    );
    const resize = new ResizeObserver(() => plot.current?.setSize({ width: element.clientWidth, height }));
    resize.observe(element);
    return () => {
      resize.disconnect();
      plot.current?.destroy();
    };
    // Lines keep their number, names and colours for the life of a chart.
  }, []);
  useEffect(() => plot.current?.setData(data), [times, lines]);
  return <div ref={box} role="img" aria-label={label} />;
}
