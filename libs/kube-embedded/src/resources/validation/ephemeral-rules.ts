import { type JsonObject, equalJson, objectAt, objectsAt, textAt } from '@tidegate/kube/json';
import { forbiddenValue, notFoundValue } from '../../schema/field-errors.js';
import type { FieldError } from '../resource-definition.js';

const FIELD = 'spec.ephemeralContainers';
/** What only containers have that were there from the start. */
const NOT_SET = ['ports', 'livenessProbe', 'readinessProbe', 'startupProbe', 'lifecycle', 'resources'];

/** Rules of containers that are added to a running pod, beyond those of every container. */
export function ephemeralErrors(pod: JsonObject, previous?: JsonObject): FieldError[] {
  const spec = objectAt(pod, 'spec');
  const containers = objectsAt(spec, 'ephemeralContainers');
  if (!previous) return containers.length > 0 ? [forbiddenValue(FIELD, 'cannot be set on create')] : [];
  const targets = new Set(['containers', 'initContainers'].flatMap((list) => objectsAt(spec, list)).map((container) => textAt(container, 'name')));
  const errors = containers.flatMap((container, index) => {
    const at = `${FIELD}[${index}]`;
    const set = NOT_SET.filter((key) => !isEmpty(container[key])).map((key) => forbiddenValue(`${at}.${key}`, 'cannot be set for an Ephemeral Container'));
    const target = textAt(container, 'targetContainerName');
    return target === '' || targets.has(target) ? set : [...set, notFoundValue(`${at}.targetContainerName`, target)];
  });
  const before = objectsAt(objectAt(previous, 'spec'), 'ephemeralContainers');
  const changed = before.flatMap((container) => {
    const name = textAt(container, 'name');
    const now = containers.find((candidate) => candidate.name === name);
    if (!now) return [forbiddenValue(FIELD, `existing ephemeral containers "${name}" may not be removed\n`)];
    // The message lacks the difference in Go's words that Kubernetes adds.
    return equalJson(now, container) ? [] : [forbiddenValue(FIELD, `existing ephemeral containers "${name}" may not be changed\n`)];
  });
  return [...errors, ...changed];
}

const isEmpty = (value: unknown): boolean => value === undefined || (typeof value === 'object' && value !== null && Object.keys(value).length === 0);
