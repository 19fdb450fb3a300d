import { isDeepStrictEqual } from 'node:util';
import { Discovery, type KubeClient } from '@tidegate/kube';
import type { Application } from '@tidegate/tenancy-contract';
import { kindText, readSelection } from '@tidegate/tenancy-plan';
import type { AdmissionAnswer, AdmissionRequest } from './admission-review.js';
import { mayRequester } from './may-requester.js';

/** What of a spec decides about components, as it was written. */
const takenBy = (object: unknown): unknown[] | undefined => {
  const spec: Application['spec'] = (object as Application | undefined)?.spec;
  return object ? [spec?.addOwnerRef, spec?.componentKinds, spec?.selector] : undefined;
};

/**
 * Components of an application that owns them go when it goes. Whoever makes it own them could therefore delete what he may not delete: he must hold that
 * right for every kind that it names, and it must be certain which those are. Changes that leave components alone always pass.
 */
export async function reviewApplication(review: AdmissionRequest, client: KubeClient): Promise<AdmissionAnswer> {
  const isLeaving = (review.object as Application | undefined)?.metadata?.deletionTimestamp !== undefined;
  const { kinds, owns, problems } = readSelection((review.object as Application | undefined)?.spec);
  if (!owns || isLeaving || isDeepStrictEqual(takenBy(review.oldObject), takenBy(review.object))) return { allowed: true };
  if (problems.length > 0) return { allowed: false, message: `It could own what nobody foresees (spec.addOwnerRef). ${problems.join(' ')}` };
  const discovery = new Discovery(client);
  for (const named of kinds) {
    const kind = await discovery.findPreferred(named.group, named.kind);
    if (!kind) return { allowed: false, message: `The cluster does not serve the kind ${kindText(named)}: it cannot be owned (spec.addOwnerRef). Install its definition first.` };
    const right = { verb: 'delete', group: kind.group, resource: kind.plural, namespace: review.namespace ?? '' };
    if (await mayRequester(review, right, client)) continue;
    const called = `${kind.plural}${kind.group === '' ? '' : ` of ${kind.group}`}`;
    return { allowed: false, message: `You may not delete ${called} in ${review.namespace ?? ''}, so no application of yours may own them (spec.addOwnerRef).`, refusal: { code: 403, reason: 'Forbidden' } };
  }
  return { allowed: true };
}
