import { declare, type Overload } from '../signatures.js';
import { CelError, Duration, Timestamp, type Value, noOverload } from '../values.js';

interface Calendar {
  year: number;
  month: number;
  day: number;
  weekday: number;
  hour: number;
  minute: number;
  second: number;
}

const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
/** Formatters of zones. Bounded: emptied when full. */
const formatters = new Map<string, Intl.DateTimeFormat>();
const MOST_ZONES = 100;

function formatterOf(zone: string): Intl.DateTimeFormat {
  const known = formatters.get(zone);
  if (known) return known;
  try {
    const numeric = 'numeric' as const;
    const made = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      weekday: 'short',
      ...{ year: numeric, month: numeric, day: numeric, hour: numeric, minute: numeric, second: numeric },
    });
    if (formatters.size >= MOST_ZONES) formatters.clear();
    formatters.set(zone, made);
    return made;
  } catch {
    throw new CelError(`unknown time zone ${zone}`);
  }
}

function calendarOf(time: Timestamp, zone: string): Calendar {
  const offset = /^([+-]?)(\d\d):(\d\d)$/.exec(zone);
  const shift = offset ? (offset[1] === '-' ? -1 : 1) * (Number(offset[2]) * 60 + Number(offset[3])) * 60_000 : 0;
  const date = new Date(Number(time.nanos / 1_000_000n) + shift);
  const parts = Object.fromEntries(formatterOf(offset ? 'UTC' : zone).formatToParts(date).map(({ type, value }) => [type, value]));
  const number = (name: string): number => Number(parts[name]);
  return {
    year: number('year'),
    month: number('month'),
    day: number('day'),
    weekday: WEEKDAYS.indexOf(parts['weekday'] ?? ''),
    hour: number('hour'),
    minute: number('minute'),
    second: number('second'),
  };
}

const dayOfYear = ({ year, month, day }: Calendar): number => Math.round((Date.UTC(year, month - 1, day) - Date.UTC(year, 0, 1)) / 86_400_000);

function ofTime(name: string, read: (calendar: Calendar, nanos: bigint) => number): Overload[] {
  const call = ([time, zone]: Value[]): Value => {
    if (!(time instanceof Timestamp)) throw noOverload();
    return BigInt(read(calendarOf(time, typeof zone === 'string' ? zone : 'UTC'), time.nanos));
  };
  return [declare(`timestamp.${name}(): int`, call), declare(`timestamp.${name}(string): int`, call)];
}

const ofDuration = (name: string, unit: bigint): Overload =>
  declare(`duration.${name}(): int`, ([value]) => {
    if (value instanceof Duration) return value.nanos / unit;
    throw noOverload();
  });

export const times: Overload[] = [
  ...ofTime('getFullYear', ({ year }) => year),
  ...ofTime('getMonth', ({ month }) => month - 1),
  ...ofTime('getDate', ({ day }) => day),
  ...ofTime('getDayOfMonth', ({ day }) => day - 1),
  ...ofTime('getDayOfWeek', ({ weekday }) => weekday),
  ...ofTime('getDayOfYear', dayOfYear),
  ...ofTime('getHours', ({ hour }) => hour),
  ...ofTime('getMinutes', ({ minute }) => minute),
  ...ofTime('getSeconds', ({ second }) => second),
  ...ofTime('getMilliseconds', (_, nanos) => Number((((nanos % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n) / 1_000_000n)),
  ofDuration('getHours', 3_600_000_000_000n),
  ofDuration('getMinutes', 60_000_000_000n),
  ofDuration('getSeconds', 1_000_000_000n),
  ofDuration('getMilliseconds', 1_000_000n),
];
