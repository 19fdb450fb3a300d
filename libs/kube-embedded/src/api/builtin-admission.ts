import type { KubeObject } from '@tidegate/kube';
import { claimLimitRefusal, podLimitRefusal, setLimitDefaults } from '../quota/limit-ranges.js';
import type { ResourceDefinition } from '../resources/resource-definition.js';
import { ensureObject, jsonOf, numberAt, objectAt, setDefault, textAt } from '@tidegate/kube/json';
import type { UserInfo } from '../auth/rbac.js';
import { forbidden } from './api-error.js';
import type { ApiContext } from './api-options.js';
import { isSigningRequest, noteRequester } from './signing-requests.js';

const isCore = (definition: ResourceDefinition, plural: string): boolean => definition.group === '' && definition.plural === plural;

const rangesOf = ({ store }: ApiContext, namespace: string | undefined) => store.list('/limitranges', `${namespace ?? ''}/`).map(jsonOf);

/** In place, before webhooks see a new object: what Kubernetes' own admission fills in. Throws ApiError. */
export function fillByAdmission(
  context: ApiContext,
  definition: ResourceDefinition,
  namespace: string | undefined,
  object: KubeObject,
  user: UserInfo,
): void {
  if (isSigningRequest(definition)) noteRequester(object, user);
  if (!isCore(definition, 'pods')) return;
  resolvePriority(context, definition, object);
  setLimitDefaults(jsonOf(object), rangesOf(context, namespace));
}

/** A pod's priority comes from its class alone. */
function resolvePriority({ store }: ApiContext, definition: ResourceDefinition, object: KubeObject): void {
  const pod = jsonOf(object);
  const spec = ensureObject(pod, 'spec');
  const classes = store.list('scheduling.k8s.io/priorityclasses', '').map(jsonOf);
  const asked = textAt(spec, 'priorityClassName');
  const found = asked
    ? classes.find((candidate) => textAt(objectAt(candidate, 'metadata'), 'name') === asked)
    : classes
        .filter((candidate) => candidate.globalDefault === true)
        .sort((a, b) => (numberAt(a, 'value') ?? 0) - (numberAt(b, 'value') ?? 0))[0];
  if (asked && !found) throw forbidden(definition, object.metadata?.name ?? '', `no PriorityClass with name ${asked} was found`);
  spec.priority = numberAt(found, 'value') ?? 0;
  spec.preemptionPolicy = textAt(found, 'preemptionPolicy') || 'PreemptLowerPriority';
  if (found) spec.priorityClassName = textAt(objectAt(found, 'metadata'), 'name');
}

/** In place, on updates: what only a new pod is given. A replacement that does not name it keeps it. */
export function keepByAdmission(definition: ResourceDefinition, object: KubeObject, previous: KubeObject): void {
  if (!isCore(definition, 'pods')) return;
  const [spec, before] = [objectAt(jsonOf(object), 'spec'), objectAt(jsonOf(previous), 'spec')];
  for (const key of ['priority', 'preemptionPolicy']) if (spec && before?.[key] !== undefined) setDefault(spec, key, before[key]);
}

/** After mutating webhooks: what lies outside of the namespace's LimitRanges. Throws 403. */
export function checkByAdmission(context: ApiContext, definition: ResourceDefinition, namespace: string | undefined, object: KubeObject): void {
  const refusal = isCore(definition, 'pods')
    ? podLimitRefusal(jsonOf(object), rangesOf(context, namespace))
    : isCore(definition, 'persistentvolumeclaims')
      ? claimLimitRefusal(jsonOf(object), rangesOf(context, namespace))
      : undefined;
  if (refusal !== undefined) throw forbidden(definition, object.metadata?.name ?? '', refusal);
}
