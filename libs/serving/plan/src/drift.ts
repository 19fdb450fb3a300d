import type { KubeObject } from '@tidegate/kube';
import { canonicalJson, covers, specHash } from '@tidegate/traffic-router';

/** Hash of what we applied last: tells a wish that has become smaller, which looking at the object cannot. */
export const APPLIED_ANNOTATION = 'serving.tidegate.dev/applied';

type Desired = KubeObject & { spec?: unknown };

export function withAppliedHash<T extends Desired>(desired: T): T {
  const annotations = { ...desired.metadata?.annotations, [APPLIED_ANNOTATION]: specHash(parts(desired)) };
  return { ...desired, metadata: { ...desired.metadata, annotations } };
}

/** Whether `desired`, which carries its hash, has to be applied. Fields that only the server knows do not count. */
export function needsApply(observed: Desired | undefined, desired: Desired): boolean {
  if (!observed) return true;
  if (observed.metadata?.annotations?.[APPLIED_ANNOTATION] !== desired.metadata?.annotations?.[APPLIED_ANNOTATION]) return true;
  return !covers(parts(observed), parts(desired));
}

export function isSame(a: unknown, b: unknown): boolean {
  return canonicalJson(a) === canonicalJson(b);
}

function parts({ metadata, spec }: Desired): unknown {
  return { labels: metadata?.labels, annotations: metadata?.annotations, ownerReferences: metadata?.ownerReferences, spec };
}
