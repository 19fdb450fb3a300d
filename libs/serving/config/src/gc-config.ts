import { type Result, err } from '@tidegate/kernel';
import { ConfigKeys, type ConfigData, parsing, refuse } from './config-keys.js';
import { parseGoDuration } from './go-duration.js';
import { equalFold, parseGoUint } from './go-values.js';

/** config-gc: which revisions without traffic are kept. */
export interface GcConfig {
  /** A revision younger than this is kept; disabled: age is no reason to keep or to delete. */
  retainSinceCreateTimeMs: number | 'disabled';
  retainSinceLastActiveTimeMs: number | 'disabled';
  minNonActiveRevisions: number;
  /** Beyond this many the oldest go whatever their age; disabled: never. */
  maxNonActiveRevisions: number | 'disabled';
}

const HOUR_MS = 3_600_000;
const LARGEST_INT64 = 2 ** 63;

export const defaultGcConfig: GcConfig = {
  retainSinceCreateTimeMs: 48 * HOUR_MS,
  retainSinceLastActiveTimeMs: 15 * HOUR_MS,
  minNonActiveRevisions: 20,
  maxNonActiveRevisions: 1000,
};

export function parseGcConfig(data: ConfigData): Result<GcConfig, string> {
  const keys = new ConfigKeys(data);
  const least = parsing(() => keys.int64('min-non-active-revisions', defaultGcConfig.minNonActiveRevisions), 'failed to parse data: ');
  if (!least.ok) return least;
  const minNonActiveRevisions = least.value;
  return parsing(() => {
    const orDisabled = (
      key: string,
      fallback: number | 'disabled',
      parse: (text: string) => Result<number, string>,
    ): number | 'disabled' => {
      const text = keys.text(key, '');
      if (text === '') return fallback;
      if (equalFold(text, 'disabled')) return 'disabled';
      const parsed = parse(text);
      return parsed.ok ? parsed.value : refuse(`failed to parse ${key}: ${parsed.error}`);
    };
    const config: GcConfig = {
      retainSinceCreateTimeMs: orDisabled('retain-since-create-time', defaultGcConfig.retainSinceCreateTimeMs, duration),
      retainSinceLastActiveTimeMs: orDisabled('retain-since-last-active-time', defaultGcConfig.retainSinceLastActiveTimeMs, duration),
      minNonActiveRevisions,
      maxNonActiveRevisions: orDisabled('max-non-active-revisions', defaultGcConfig.maxNonActiveRevisions, count),
    };
    const most = config.maxNonActiveRevisions;
    if (minNonActiveRevisions < 0) refuse(`min-non-active-revisions must be non-negative, was: ${minNonActiveRevisions}`);
    if (most !== 'disabled' && minNonActiveRevisions > most)
      refuse(`min-non-active-revisions(${minNonActiveRevisions}) must be <= max-non-active-revisions(${most})`);
    return config;
  });
}

function duration(text: string): Result<number, string> {
  const parsed = parseGoDuration(text);
  return parsed.ok && parsed.value < 0 ? err('must be non-negative') : parsed;
}

function count(text: string): Result<number, string> {
  const parsed = parseGoUint(text);
  return parsed.ok && parsed.value >= LARGEST_INT64 ? err('value should be lower than 9223372036854775807') : parsed;
}
