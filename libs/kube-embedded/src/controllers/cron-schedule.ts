/** A cron schedule of five fields, in a time zone (robfig/cron's standard parser, as Kubernetes uses it). */
export interface CronSchedule {
  /** The first time after `afterMs` (epoch milliseconds) that the schedule names; undefined when there is none within five years. */
  next(afterMs: number): number | undefined;
}

const MACROS: Record<string, string> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};
const MONTHS = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');
const DAYS = 'sun mon tue wed thu fri sat'.split(' ');
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const FARTHEST_DAYS = 5 * 366;

interface Field {
  matches(value: number): boolean;
  /** `*` or `?`: a day of the month and one of the week are both asked only when neither is. */
  isAny: boolean;
}

function fieldOf(text: string, least: number, most: number, names: readonly string[] = [], firstName = 0): Field {
  const values = new Set<number>();
  for (const part of text.split(',')) {
    const [range = '', stepText] = part.split('/');
    const step = stepText === undefined ? 1 : Number(stepText);
    const numberOf = (word: string): number => (names.includes(word.toLowerCase()) ? names.indexOf(word.toLowerCase()) + firstName : /^\d+$/.test(word) ? Number(word) : Number.NaN);
    const isAny = range === '*' || range === '?';
    const [from = '', to] = range.split('-');
    const start = isAny ? least : numberOf(from);
    const end = isAny || (to === undefined && stepText !== undefined) ? most : to === undefined ? start : numberOf(to);
    const problem = rangeProblem(part, { start, end, step, least, most });
    if (problem !== undefined) throw new RangeError(problem);
    for (let value = start; value <= end; value += step) values.add(value);
  }
  return { matches: (value) => values.has(value), isAny: /^[*?]/.test(text) };
}

/** In the words of robfig/cron, which people know from Kubernetes. */
function rangeProblem(text: string, { start, end, step, least, most }: Record<'start' | 'end' | 'step' | 'least' | 'most', number>): string | undefined {
  if (Number.isNaN(start) || Number.isNaN(end)) return `failed to parse int from ${text}: strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`;
  if (!Number.isInteger(step) || step < 1) return `step of range should be a positive number: ${text}`;
  if (start < least) return `beginning of range (${start}) below minimum (${least}): ${text}`;
  if (end > most) return `end of range (${end}) above maximum (${most}): ${text}`;
  return start > end ? `beginning of range (${start}) beyond end of range (${end}): ${text}` : undefined;
}

/** What is wrong with a schedule; undefined for a good one. */
export function scheduleProblem(text: string): string | undefined {
  try {
    parseSchedule(text);
    return undefined;
  } catch (error) {
    if (error instanceof RangeError) return error.message;
    throw error;
  }
}

export function isTimeZone(name: string): boolean {
  try {
    formatterOf(name);
    return name !== '' && name !== 'Local';
  } catch {
    return false;
  }
}

/** Throws RangeError for a text that is no schedule, and for a zone that is not known. */
export function parseSchedule(text: string, timeZone = 'UTC'): CronSchedule {
  const every = /^@every (\d+)(s|m|h)$/.exec(text.trim());
  if (every) {
    const ms = Number(every[1]) * ({ s: 1000, m: MINUTE_MS, h: 60 * MINUTE_MS }[every[2] ?? 's'] ?? 1000);
    return { next: (afterMs) => afterMs + ms };
  }
  const parts = (MACROS[text.trim()] ?? text).trim().split(/\s+/);
  if (parts.length !== 5) throw new RangeError(`expected exactly 5 fields, found ${parts.length}: [${parts.join(' ')}]`);
  const [minuteText = '', hourText = '', dayText = '', monthText = '', weekdayText = ''] = parts;
  const [minute, hour, day, month] = [fieldOf(minuteText, 0, 59), fieldOf(hourText, 0, 23), fieldOf(dayText, 1, 31), fieldOf(monthText, 1, 12, MONTHS, 1)];
  const weekday = fieldOf(weekdayText.replace(/\b7\b/g, '0'), 0, 6, DAYS);
  const isDay = (date: Date): boolean => {
    const [byMonth, byWeek] = [day.matches(date.getUTCDate()), weekday.matches(date.getUTCDay())];
    const fits = day.isAny || weekday.isAny ? byMonth && byWeek : byMonth || byWeek;
    return fits && month.matches(date.getUTCMonth() + 1);
  };
  return { next: (afterMs) => nextTime(afterMs, timeZone, isDay, hour, minute) };
}

/** Walks the days of the zone's calendar, and in a day that fits its minutes. A time that a change of clocks leaves out does not come. */
function nextTime(afterMs: number, zone: string, isDay: (date: Date) => boolean, hour: Field, minute: Field): number | undefined {
  const local = wallClock(afterMs, zone);
  const firstDay = Math.floor(local / DAY_MS) * DAY_MS;
  for (let d = 0; d < FARTHEST_DAYS; d++) {
    const dayStart = firstDay + d * DAY_MS;
    if (!isDay(new Date(dayStart))) continue;
    for (let h = 0; h < 24; h++) {
      if (!hour.matches(h)) continue;
      for (let m = 0; m < 60; m++) {
        if (!minute.matches(m)) continue;
        const wall = dayStart + (h * 60 + m) * MINUTE_MS;
        const at = fromWallClock(wall, zone);
        if (at !== undefined && at > afterMs) return at;
      }
    }
  }
  return undefined;
}

/** Formatters by zone. Bounded: emptied when full. */
const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterOf(zone: string): Intl.DateTimeFormat {
  const known = formatters.get(zone);
  if (known) return known;
  if (formatters.size > 100) formatters.clear();
  const numeric = 'numeric' as const;
  const made = new Intl.DateTimeFormat('en-US', { timeZone: zone, hourCycle: 'h23', year: numeric, month: numeric, day: numeric, hour: numeric, minute: numeric, second: numeric });
  formatters.set(zone, made);
  return made;
}

/** What a clock on the wall of the zone shows, as if it were UTC. */
function wallClock(ms: number, zone: string): number {
  if (zone === 'UTC') return ms;
  const parts = Object.fromEntries(formatterOf(zone).formatToParts(new Date(ms)).map(({ type, value }) => [type, Number(value)]));
  return Date.UTC(parts['year'] ?? 0, (parts['month'] ?? 1) - 1, parts['day'] ?? 1, parts['hour'] ?? 0, parts['minute'] ?? 0, parts['second'] ?? 0);
}

function fromWallClock(wall: number, zone: string): number | undefined {
  if (zone === 'UTC') return wall;
  for (const guess of [wall, wall - (wallClock(wall, zone) - wall)]) {
    const corrected = guess - (wallClock(guess, zone) - wall);
    if (wallClock(corrected, zone) === wall) return corrected;
  }
  return undefined;
}
