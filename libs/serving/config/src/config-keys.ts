import { type Result, err, ok } from '@tidegate/kernel';
import { parseQuantity, canonicalQuantity } from '@tidegate/kube';
import { parseGoDuration } from './go-duration.js';
import { equalFold, goQuote, parseGoBool, parseGoFloat, parseGoInt } from './go-values.js';

/** The data of a config map. */
export type ConfigData = Readonly<Record<string, string>>;

class RefusedConfig extends Error {}

/** For a parser's own findings: ends the parsing with this sentence. */
export function refuse(message: string): never {
  throw new RefusedConfig(message);
}

/** Runs a parser; its first refusal is the error. */
export function parsing<T>(parse: () => T, prefix = ''): Result<T, string> {
  try {
    return ok(parse());
  } catch (error) {
    if (error instanceof RefusedConfig) return err(prefix + error.message);
    throw error;
  }
}

/**
 * Reads typed values by key. A key that is absent gives the fallback, an unknown one is never looked at; of several names for one
 * value (old spellings first) the last that is there wins. A malformed value ends the parsing, as in Knative.
 */
export class ConfigKeys {
  constructor(private readonly data: ConfigData) {}

  raw(key: string): string | undefined {
    return Object.hasOwn(this.data, key) ? this.data[key] : undefined;
  }

  text(key: string | readonly string[], fallback: string): string {
    return this.read(key, fallback, (raw) => ok(raw.trim()));
  }

  bool(key: string | readonly string[], fallback: boolean): boolean {
    return this.read(key, fallback, parseGoBool);
  }

  int32(key: string | readonly string[], fallback: number): number {
    return this.read(key, fallback, (raw) => parseGoInt(raw, 32));
  }

  int64(key: string | readonly string[], fallback: number): number {
    return this.read(key, fallback, (raw) => parseGoInt(raw, 64));
  }

  float(key: string, fallback: number): number {
    return this.read(key, fallback, parseGoFloat);
  }

  durationMs(key: string | readonly string[], fallbackMs: number): number {
    return this.read(key, fallbackMs, parseGoDuration);
  }

  /** In canonical form. */
  quantity(key: string | readonly string[]): string | undefined {
    return this.read<string | undefined>(key, undefined, (raw) => {
      const complaint = badQuantity(raw);
      return complaint === undefined ? ok(canonicalQuantity(raw)) : err(complaint);
    });
  }

  /** Comma separated. */
  texts(key: string | readonly string[], fallback: readonly string[]): readonly string[] {
    return this.read(key, fallback, (raw) => ok([...new Set(raw.split(',').map((t) => t.trim()))]));
  }

  /** One of a closed set, whatever its case; other values leave the fallback, as Knative's flags do. */
  flag<const T extends string>(key: string, among: readonly T[], fallback: T): T {
    const raw = this.raw(key);
    return (raw === undefined ? undefined : among.find((flag) => equalFold(flag, raw))) ?? fallback;
  }

  private read<T>(key: string | readonly string[], fallback: T, parse: (raw: string) => Result<T, string>): T {
    let value = fallback;
    for (const name of typeof key === 'string' ? [key] : key) {
      const raw = this.raw(name);
      if (raw === undefined) continue;
      const parsed = parse(raw);
      if (!parsed.ok) refuse(`failed to parse ${goQuote(name)}: ${parsed.error}`);
      else value = parsed.value;
    }
    return value;
  }
}

/** Why a text is no Kubernetes quantity, in apimachinery's words. */
export function badQuantity(text: string): string | undefined {
  if (parseQuantity(text)) return undefined;
  if (/^[+-]?(\d+(\.\d*)?|\.\d+)[a-zA-Z]+$/.test(text)) return "unable to parse quantity's suffix";
  return "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
}
