import { goQuote } from '@tidegate/serving-config';

/** One finding of Knative's validation: a message, the fields it is about, and perhaps more to read below. */
export interface FieldError {
  message: string;
  paths: readonly string[];
  level: 'error' | 'warning';
  details: string;
}
export type FieldErrors = readonly FieldError[];

const finding = (message: string, paths: readonly string[], details: readonly string[] = []): FieldErrors => [
  { message, paths, level: 'error', details: details.join(', ') },
];

export const fieldError = (message: string, paths: string | readonly string[] = [], details?: string): FieldErrors =>
  finding(message, typeof paths === 'string' ? [paths] : paths, details === undefined ? [] : [details]);
export const missingField = (...paths: string[]): FieldErrors => finding('missing field(s)', paths);
export const disallowedFieldsError = (...paths: string[]): FieldErrors => finding('must not set the field(s)', paths);
export const invalidValue = (value: string | number, path: string, ...details: string[]): FieldErrors =>
  finding(`invalid value: ${value}`, [path], details);
export const missingOneOf = (...paths: string[]): FieldErrors => finding('expected exactly one, got neither', paths);
export const multipleOneOf = (...paths: string[]): FieldErrors => finding('expected exactly one, got both', paths);
export const invalidKeyName = (key: string, path: string, ...details: string[]): FieldErrors =>
  finding(`invalid key name ${goQuote(key)}`, [path], details);
export const outOfBounds = (value: string | number, least: string | number, most: string | number, path: string): FieldErrors =>
  finding(`expected ${least} <= ${value} <= ${most}`, [path]);
export const NONE: FieldErrors = [];

export const asWarnings = (errors: FieldErrors): FieldErrors => errors.map((e) => ({ ...e, level: 'warning' }));

/** The same findings seen from further out: `via(errors, 'spec', 'containers', index(2))`. */
export function via(errors: FieldErrors, ...prefix: string[]): FieldErrors {
  return errors.map((e) => ({ ...e, paths: e.paths.map((path) => joinPath([...prefix, path])) }));
}

export const index = (i: number): string => `[${i}]`;
export const key = (name: string): string => `[${name}]`;

/** Parts joined by dots; what is wholly in brackets is attached to what comes before it. */
function joinPath(parts: readonly string[]): string {
  const joined: string[] = [];
  for (const part of parts.flatMap((p) => p.split('.'))) {
    if (part === '') continue;
    const last = joined.length - 1;
    if (last >= 0 && part.startsWith('[') && part.endsWith(']')) joined[last] += part;
    else joined.push(part);
  }
  return joined.join('.');
}

/** Findings of one level as texts: equal ones merged with their paths, all sorted. */
export function messagesOf(errors: FieldErrors, level: FieldError['level']): string[] {
  const merged = new Map<string, { error: FieldError; paths: Set<string> }>();
  for (const error of errors.filter((e) => e.level === level)) {
    const same = `${error.message}\u0000${error.details}`;
    const entry = merged.get(same) ?? { error, paths: new Set() };
    error.paths.forEach((path) => entry.paths.add(path));
    merged.set(same, entry);
  }
  return [...merged.values()]
    .sort((a, b) => compare(a.error.message, b.error.message) || compare(a.error.details, b.error.details))
    .map(
      ({ error, paths }) => `${error.message}: ${[...paths].sort(compare).join(', ')}${error.details === '' ? '' : `\n${error.details}`}`,
    );
}

/** By bytes, as Go compares; UTF-16 order is the same for all that is compared here but exotic characters. */
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
