import { isDeepStrictEqual } from 'node:util';
import { ACTION_ANNOTATION, ACTION_BY_ANNOTATION, CHANGED_BY_ANNOTATION, type Release, type Strategy } from '@tidegate/delivery-contract';
import { strategyDefaults } from '@tidegate/delivery-plan';
import type { AdmissionAnswer } from './admission-review.js';
import { annotate } from './annotate.js';

type Patch = NonNullable<AdmissionAnswer['patch']>;

/** Fills in defaults, and who asked: a name that the API server has authenticated and no annotation can claim. */
export function defaultStrategy(strategy: Strategy, old: Strategy | undefined, username: string): Patch {
  const changed = !isDeepStrictEqual(strategy.spec, old?.spec);
  return [
    ...strategyDefaults(strategy),
    ...(changed && username !== '' ? annotate(strategy.metadata?.annotations, { [CHANGED_BY_ANNOTATION]: username }) : []),
  ];
}

/** A hand on a Release is signed: `alice (tidegate:admin)` when a tool says for whom it acts, else the user alone. */
export function signHand(release: Release, old: Release | undefined, username: string): Patch {
  const annotations = release.metadata?.annotations ?? {};
  const action = annotations[ACTION_ANNOTATION];
  const isNew = action !== undefined && action !== old?.metadata?.annotations?.[ACTION_ANNOTATION];
  if (!isNew || username === '') return [];
  const claimed = annotations[ACTION_BY_ANNOTATION];
  const by = claimed === undefined || claimed === username ? username : `${claimed.slice(0, 100)} (${username})`;
  return annotate(annotations, { [ACTION_BY_ANNOTATION]: by });
}
