/** Numbers with their units, short enough for a table and exact enough to act on. */
export interface Figures {
  number: (value: number, digits?: number) => string;
  /** Share 0 to 1. */
  share: (value: number | null | undefined) => string;
  ms: (value: number | null | undefined) => string;
  perSecond: (value: number | null | undefined) => string;
  bytes: (value: number | null | undefined) => string;
  cores: (value: number | null | undefined) => string;
  ago: (at: string | null | undefined, now: number) => string;
  clock: (epochSecond: number) => string;
  date: (at: string | null | undefined) => string;
  lasted: (ms: number) => string;
}

const NONE = '–';
const BYTE_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

/** Digits that keep three significant ones: 0.123, 1.23, 12.3, 123. */
function digitsOf(value: number): number {
  const size = Math.abs(value);
  if (size === 0 || size >= 100) return 0;
  return size >= 10 ? 1 : 2;
}

export function makeFigures(locale: string): Figures {
  const number = (value: number, digits = digitsOf(value)): string =>
    new Intl.NumberFormat(locale, { maximumFractionDigits: digits }).format(value);
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'always', style: 'narrow' });
  const clock = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
  const date = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium', hourCycle: 'h23' });
  const given = <T>(value: T | null | undefined, say: (value: T) => string): string =>
    value === null || value === undefined ? NONE : say(value);
  return {
    number,
    share: (value) => given(value, (v) => `${number(v * 100)} %`),
    ms: (value) => given(value, (v) => (v >= 10_000 ? `${number(v / 1000)} s` : `${number(v)} ms`)),
    perSecond: (value) => given(value, (v) => `${number(v)}/s`),
    bytes: (value) =>
      given(value, (v) => {
        const power = v < 1 ? 0 : Math.min(BYTE_UNITS.length - 1, Math.floor(Math.log2(v) / 10));
        return `${number(v / 1024 ** power)} ${BYTE_UNITS[power]}`;
      }),
    cores: (value) => given(value, (v) => (v < 1 ? `${number(v * 1000, 0)} m` : number(v))),
    ago: (at, now) =>
      given(at, (then) => {
        const seconds = Math.max(0, Math.round((now - Date.parse(then)) / 1000));
        if (seconds < 60) return relative.format(-seconds, 'second');
        if (seconds < 3600) return relative.format(-Math.floor(seconds / 60), 'minute');
        if (seconds < 86_400) return relative.format(-Math.floor(seconds / 3600), 'hour');
        return relative.format(-Math.floor(seconds / 86_400), 'day');
      }),
    clock: (second) => clock.format(second * 1000),
    date: (at) => given(at, (v) => date.format(new Date(v))),
    lasted: (ms) => {
      const seconds = Math.max(0, Math.round(ms / 1000));
      if (seconds < 60) return `${seconds} s`;
      if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
      return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
    },
  };
}
