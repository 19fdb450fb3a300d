import { useEffect, useState } from 'react';

export interface Replay {
  /** The moment that is shown, epoch milliseconds; undefined: the present. */
  at: number | undefined;
  playing: boolean;
  start: () => void;
  seek: (at: number) => void;
  stop: () => void;
}

/** A whole release passes in this time. */
const PLAY_MS = 12_000;

/** Lets a span of time pass again. */
export function useReplay(from: number, to: number): Replay {
  const [at, setAt] = useState<number>();
  const [playing, setPlaying] = useState(false);
  useEffect(() => {
    if (!playing) return undefined;
    let frame = 0;
    let before: number | undefined;
    const step = (time: number): void => {
      const passed = before === undefined ? 0 : time - before;
      before = time;
      setAt((moment = from) => Math.min(to, moment + (passed / PLAY_MS) * (to - from)));
      frame = requestAnimationFrame(step);
    };
    frame = requestAnimationFrame(step);
    return () => cancelAnimationFrame(frame);
  }, [playing, from, to]);
  useEffect(() => {
    if (playing && at !== undefined && at >= to) setPlaying(false);
  }, [playing, at, to]);
  return {
    at,
    playing,
    start: () => {
      setAt((moment) => (moment === undefined || moment >= to ? from : moment));
      setPlaying(true);
    },
    seek: (moment) => {
      setPlaying(false);
      setAt(moment);
    },
    stop: () => {
      setPlaying(false);
      setAt(undefined);
    },
  };
}
