import { isDeepStrictEqual } from 'node:util';
import { Discovery, type KubeClient } from '@tidegate/kube';
import { type Application, type ApplicationSpec, applicationSpecSchema } from '@tidegate/tenancy-contract';
import type { AdmissionAnswer, AdmissionRequest } from './admission-review.js';
import { mayRequester } from './may-requester.js';

const specOf = (object: unknown): ApplicationSpec | undefined => {
  const spec = applicationSpecSchema.safeParse((object as Application | undefined)?.spec ?? {});
  return object && spec.success ? spec.data : undefined;
};

/**
 * Components of an application that owns them go when it goes. Whoever makes it own them could therefore delete what he may not delete: he must hold that
 * right for every kind that it names. Changes that leave components alone always pass.
 */
export async function reviewApplication(review: AdmissionRequest, client: KubeClient): Promise<AdmissionAnswer> {
  const [spec, before] = [specOf(review.object), specOf(review.oldObject)];
  const isLeaving = (review.object as Application | undefined)?.metadata?.deletionTimestamp !== undefined;
  if (!spec?.addOwnerRef || isLeaving) return { allowed: true };
  const taken = ({ addOwnerRef, componentKinds, selector }: ApplicationSpec): object => ({ addOwnerRef, componentKinds, selector });
  if (before && isDeepStrictEqual(taken(before), taken(spec))) return { allowed: true };
  const discovery = new Discovery(client);
  for (const { group, kind: name } of spec.componentKinds) {
    const stripped = /^(core|v1)$/.test(group) ? '' : (group.split('/')[0] ?? '');
    const kind = await discovery.findPreferred(stripped, name);
    const called = `${name}${stripped === '' ? '' : ` of ${stripped}`}`;
    if (!kind) return { allowed: false, message: `The cluster does not serve the kind ${called}: it cannot be owned (spec.addOwnerRef). Install its definition first.` };
    const right = { verb: 'delete', group: kind.group, resource: kind.plural, namespace: review.namespace ?? '' };
    if (await mayRequester(review, right, client)) continue;
    return { allowed: false, message: `You may not delete ${kind.plural}${stripped === '' ? '' : ` of ${stripped}`} in ${review.namespace ?? ''}, so no application of yours may own them (spec.addOwnerRef).`, refusal: { code: 403, reason: 'Forbidden' } };
  }
  return { allowed: true };
}
