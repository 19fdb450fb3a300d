import { type JsonObject, equalJson, objectAt, objectsAt, textAt } from '@tidegate/kube/json';
import { forbiddenValue, invalidValue } from '../../schema/field-errors.js';
import { qosClassOf } from '../defaults/pod-defaults.js';
import type { FieldError } from '../resource-definition.js';

const MUTABLE = new Set(['cpu', 'memory']);

/** Rules of a change of containers' resources while they run. Empty when nothing of them changes. */
export function resizeErrors(pod: JsonObject, previous: JsonObject): FieldError[] {
  const [spec, before] = [objectAt(pod, 'spec'), objectAt(previous, 'spec')];
  const errors = ['containers', 'initContainers'].flatMap((list) =>
    objectsAt(spec, list).flatMap((container, index) => {
      const old = objectsAt(before, list).find((candidate) => candidate.name === container.name);
      return old ? changeErrors(`spec.${list}[${index}].resources`, objectAt(container, 'resources'), objectAt(old, 'resources')) : [];
    }),
  );
  const was = textAt(objectAt(previous, 'status'), 'qosClass') || qosClassOf(before);
  if (qosClassOf(spec) !== was && !equalJson(resourcesOf(spec), resourcesOf(before)))
    errors.push(invalidValue('spec', was, 'Pod QOS Class may not change as a result of resizing'));
  return errors;
}

const resourcesOf = (spec: JsonObject | undefined): JsonObject[] =>
  ['containers', 'initContainers'].flatMap((list) => objectsAt(spec, list)).map((container) => objectAt(container, 'resources') ?? {});

function changeErrors(at: string, now: JsonObject | undefined, before: JsonObject | undefined): FieldError[] {
  const errors: FieldError[] = [];
  let others = false;
  for (const side of ['requests', 'limits']) {
    const [amounts, old] = [objectAt(now, side) ?? {}, objectAt(before, side) ?? {}];
    if (Object.keys(old).some((name) => MUTABLE.has(name) && amounts[name] === undefined)) errors.push(forbiddenValue(`${at}.${side}`, `resource ${side} cannot be removed`));
    others ||= [...Object.keys(amounts), ...Object.keys(old)].some((name) => !MUTABLE.has(name) && amounts[name] !== old[name]);
  }
  if (others || !equalJson(now?.claims, before?.claims)) errors.push(forbiddenValue('spec', 'only cpu and memory resources are mutable'));
  return errors;
}
