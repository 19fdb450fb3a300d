import type { TrafficTarget } from '@tidegate/serving-contract';
import { InvalidInput } from '../edge/input.js';
import type { TrafficTargetInput } from './service.types.js';

const MOST_TARGETS = 20;
const TAG = /^[a-z0-9]([-a-z0-9]{0,38}[a-z0-9])?$/;

/** Targets as a Knative Service wants them. Throws API_INPUT_INVALID with the target that is wrong. */
export function plannedTraffic(targets: readonly TrafficTargetInput[], revisions: ReadonlySet<string>): TrafficTarget[] {
  if (targets.length === 0 || targets.length > MOST_TARGETS) throw new InvalidInput('input.targets', `Traffic needs 1 to ${MOST_TARGETS} targets, not ${targets.length}.`);
  const sum = targets.reduce((total, t) => total + t.percent, 0);
  const tags = new Set<string>();
  const planned = targets.map(({ revision, percent, tag }, i): TrafficTarget => {
    const field = `input.targets.${i}`;
    if (!Number.isInteger(percent) || percent < 0 || percent > 100) throw new InvalidInput(`${field}.percent`, `${percent} is no percentage.`);
    if (revision !== undefined && revision !== null && !revisions.has(revision)) throw new InvalidInput(`${field}.revision`, `The service has no revision ${JSON.stringify(revision.slice(0, 253))}.`, 'Take it from "revisions" of the service.');
    if (tag !== undefined && tag !== null && !TAG.test(tag)) throw new InvalidInput(`${field}.tag`, 'A tag is lower case letters, digits and "-", at most 40 characters.');
    if (tag && tags.has(tag)) throw new InvalidInput(`${field}.tag`, `Two targets have the tag "${tag}".`);
    if (tag) tags.add(tag);
    return { ...(revision ? { revisionName: revision, latestRevision: false } : { latestRevision: true }), percent, ...(tag ? { tag } : {}) };
  });
  if (sum !== 100) throw new InvalidInput('input.targets', `The percentages make ${sum}; they have to make 100.`);
  return planned;
}
