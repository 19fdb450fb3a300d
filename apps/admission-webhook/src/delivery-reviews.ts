import type { Release, Strategy } from '@tidegate/delivery-contract';
import type { AdmissionAnswer, AdmissionRequest } from './admission-review.js';
import { defaultStrategy, signHand } from './default-objects.js';
import { type ReviewContext, reviewStrategyChange } from './review-objects.js';
import type { Handlers } from './webhook-server.js';

export const DELIVERY_PATHS = { mutate: '/mutate', validate: '/validate' } as const;

/** Defaults and signatures of Strategies and Releases, and the checks of a Strategy. */
export function deliveryHandlers(context: ReviewContext): Handlers {
  return { [DELIVERY_PATHS.mutate]: mutate, [DELIVERY_PATHS.validate]: (review) => validate(review, context) };
}

function mutate(review: AdmissionRequest): AdmissionAnswer {
  const username = review.userInfo?.username ?? '';
  const strategy = objectOf<Strategy>(review, 'Strategy', review.object);
  if (strategy)
    return { allowed: true, patch: defaultStrategy(strategy, objectOf<Strategy>(review, 'Strategy', review.oldObject), username) };
  const release = objectOf<Release>(review, 'Release', review.object);
  if (release) return { allowed: true, patch: signHand(release, objectOf<Release>(review, 'Release', review.oldObject), username) };
  return { allowed: true };
}

async function validate(review: AdmissionRequest, context: ReviewContext): Promise<AdmissionAnswer> {
  const strategy = objectOf<Strategy>(review, 'Strategy', review.object);
  if (!strategy) return { allowed: true };
  const placed = { ...strategy, metadata: { ...strategy.metadata, namespace: strategy.metadata?.namespace ?? review.namespace } };
  return reviewStrategyChange(context, placed, objectOf<Strategy>(review, 'Strategy', review.oldObject));
}

/** The API server has checked the object against the kind's schema; `reviewStrategy` checks its spec once more, field by field. */
function objectOf<T extends Strategy | Release>(review: AdmissionRequest, kind: string, object: unknown): T | undefined {
  const isOurs = review.kind.group === 'delivery.tidegate.dev' && review.kind.kind === kind;
  return isOurs && typeof object === 'object' && object !== null ? (object as T) : undefined;
}
