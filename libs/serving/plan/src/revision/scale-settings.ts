import { AUTOSCALING_PREFIX, type Revision } from '@tidegate/serving-contract';
import { firstOf } from '../key-values.js';
import type { Settings } from '../settings.js';

const annotation = (...names: string[]): string[] => names.map((name) => AUTOSCALING_PREFIX + name);
const INITIAL_SCALE = annotation('initial-scale', 'initialScale');
const MIN_SCALE = annotation('min-scale', 'minScale');

export function initialScaleOf(revision: Revision, settings: Settings): number {
  return count(firstOf(revision.metadata?.annotations, INITIAL_SCALE)) ?? settings.config.autoscaler.initialScale;
}

export function minScaleOf(revision: Revision, settings: Settings): number {
  return count(firstOf(revision.metadata?.annotations, MIN_SCALE)) ?? settings.config.autoscaler.minScale;
}

/** Admission has refused anything else. */
function count(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}
