import { badDns1035Label, badQualifiedName } from '@tidegate/kube';
import { goQuote } from '@tidegate/serving-config';
import {
  type FieldErrors,
  NONE,
  disallowedFieldsError,
  fieldError,
  index,
  invalidKeyName,
  invalidValue,
  missingOneOf,
  multipleOneOf,
  outOfBounds,
  via,
} from './field-errors.js';
import { type JsonObject, flagAt, numberAt, textAt } from './json.js';

/**
 * The traffic of a Route or of a Service, whose Configuration is given (`ownConfiguration`): targets that are clear in themselves, tags
 * that differ, shares that make 100. Paths are relative to the list.
 */
export function validateTraffic(targets: readonly JsonObject[], ownConfiguration: boolean): FieldErrors {
  const sum = targets.reduce((total, target) => total + (numberAt(target, 'percent') ?? 0), 0);
  const tags = targets.map((target) => textAt(target, 'tag'));
  return [
    ...targets.flatMap((target, i) => via(validateTarget(target, ownConfiguration), index(i))),
    ...tags.flatMap((tag, i) => (tag === '' ? NONE : tagIsFree(tag, i, tags.indexOf(tag)))),
    ...(sum === 100 ? NONE : fieldError(`Traffic targets sum to ${sum}, want 100`, '')),
  ];
}

function tagIsFree(tag: string, i: number, first: number): FieldErrors {
  const bad = badDns1035Label(tag);
  return [
    ...(bad.length === 0 ? NONE : via(invalidValue(`not a DNS 1035 label: [${bad.join(' ')}]`, ''), 'tag', index(i))),
    ...(first === i ? NONE : fieldError(`Multiple definitions for ${goQuote(tag)}`, [`[${i}].tag`, `[${first}].tag`])),
  ];
}

function validateTarget(target: JsonObject, ownConfiguration: boolean): FieldErrors {
  const [revision, latest, percent] = [textAt(target, 'revisionName'), flagAt(target, 'latestRevision'), numberAt(target, 'percent')];
  const pinned = revision !== '';
  return [
    ...(latest !== undefined && pinned === latest
      ? fieldError(`may not set revisionName ${goQuote(revision)} when latestRevision is ${latest}`, 'latestRevision')
      : NONE),
    ...destinationIsClear(revision, textAt(target, 'configurationName'), ownConfiguration),
    ...(percent !== undefined && (percent < 0 || percent > 100) ? outOfBounds(percent, 0, 100, 'percent') : NONE),
    ...(textAt(target, 'url') === '' ? NONE : disallowedFieldsError('url')),
  ];
}

function destinationIsClear(revision: string, configuration: string, ownConfiguration: boolean): FieldErrors {
  if (ownConfiguration && configuration !== '') return disallowedFieldsError('configurationName');
  if (revision !== '' && configuration !== '') return multipleOneOf('revisionName', 'configurationName');
  if (revision !== '') return nameIsQualified(revision, 'revisionName');
  if (configuration !== '') return nameIsQualified(configuration, 'configurationName');
  return ownConfiguration ? NONE : missingOneOf('revisionName', 'configurationName');
}

function nameIsQualified(name: string, path: string): FieldErrors {
  const bad = badQualifiedName(name);
  return bad.length === 0 ? NONE : invalidKeyName(name, path, ...bad);
}
