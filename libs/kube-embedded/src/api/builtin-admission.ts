import { isDeepStrictEqual } from 'node:util';
import type { KubeObject } from '@tidegate/kube';
import { tolerateLostNodes } from '../admission/default-tolerations.js';
import { DEFAULT_ACCOUNT, accountNameOf, giveAccount, secretRefusal } from '../admission/service-account.js';
import { CLAIM_PROTECTION, VOLUME_PROTECTION, giveDefaultClass, protectInUse } from '../admission/volume-claims.js';
import { claimLimitRefusal, podLimitRefusal, setLimitDefaults } from '../quota/limit-ranges.js';
import type { ResourceDefinition } from '../resources/resource-definition.js';
import { type JsonObject, cloneJson, ensureObject, jsonOf, numberAt, objectAt, objectsAt, setDefault, textAt } from '@tidegate/kube/json';
import type { UserInfo } from '../auth/rbac.js';
import { changeable } from '../resources/validation/pod-rules.js';
import { forbiddenValue } from '../schema/field-errors.js';
import { forbidden, invalid } from './api-error.js';
import type { ApiContext } from './api-options.js';
import { generatedName } from './object-metadata.js';
import { isSigningRequest, noteRequester } from './signing-requests.js';

const isCore = (definition: ResourceDefinition, plural: string): boolean => definition.group === '' && definition.plural === plural;

const rangesOf = ({ store }: ApiContext, namespace: string | undefined) => store.list('/limitranges', `${namespace ?? ''}/`).map(jsonOf);

/** In place, before webhooks see a new object: what Kubernetes' own admission fills in, in its order. Throws ApiError. */
export async function fillByAdmission(
  context: ApiContext,
  definition: ResourceDefinition,
  namespace: string | undefined,
  object: KubeObject,
  user: UserInfo,
): Promise<void> {
  if (isSigningRequest(definition)) noteRequester(object, user);
  if (isCore(definition, 'persistentvolumes')) protectInUse(jsonOf(object), VOLUME_PROTECTION);
  if (isCore(definition, 'persistentvolumeclaims')) {
    giveDefaultClass(jsonOf(object), context.store.list('storage.k8s.io/storageclasses', '').map(jsonOf));
    protectInUse(jsonOf(object), CLAIM_PROTECTION);
  }
  if (!isCore(definition, 'pods')) return;
  const pod = jsonOf(object);
  setLimitDefaults(pod, rangesOf(context, namespace));
  if (context.hooks.givesAccounts) giveAccount(pod, await accountOf(context, definition, namespace, object), generatedName(''));
  resolvePriority(context, definition, object);
  tolerateLostNodes(pod);
}

const ACCOUNT_LOOKS = 10;
const ACCOUNT_PAUSE_MS = 100;

/** The account that a pod names. One called "default" may still be on its way in a new namespace. Throws 403. */
async function accountOf({ store, clock }: ApiContext, definition: ResourceDefinition, namespace: string | undefined, pod: KubeObject): Promise<JsonObject> {
  const name = accountNameOf(jsonOf(pod));
  const looks = name === DEFAULT_ACCOUNT ? ACCOUNT_LOOKS : 1;
  for (let look = 1; ; look++) {
    const found = store.get('/serviceaccounts', `${namespace ?? ''}/${name}`);
    if (found) return jsonOf(found);
    if (look >= looks) break;
    await new Promise<void>((resolve) => clock.after(ACCOUNT_PAUSE_MS, resolve));
  }
  const problem = `error looking up service account ${namespace ?? ''}/${name}: serviceaccount "${name}" not found`;
  throw forbidden(definition, pod.metadata?.name ?? '', problem);
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

/** In place, on updates: what only a new pod is given. A replacement that does not name it keeps it. Throws 422 for what has a subresource of its own. */
export function keepByAdmission(definition: ResourceDefinition, object: KubeObject, previous: KubeObject): void {
  if (!isCore(definition, 'pods')) return;
  const [spec, before] = [objectAt(jsonOf(object), 'spec'), objectAt(jsonOf(previous), 'spec')];
  for (const key of ['priority', 'preemptionPolicy']) if (spec && before?.[key] !== undefined) setDefault(spec, key, before[key]);
  tolerateLostNodes(jsonOf(object));
  if (!isDeepStrictEqual(ownPart(spec), ownPart(before)))
    throw invalid(definition, object.metadata?.name ?? '', [forbiddenValue('spec', changeable)]);
}

/** In place: of what is sent to a pod's `ephemeralcontainers` or `resize`, nothing else counts. */
export function keepAllBut(subresource: 'ephemeralcontainers' | 'resize', object: KubeObject, previous: KubeObject): void {
  const sent = objectAt(jsonOf(object), 'spec') ?? {};
  const { resourceVersion } = object.metadata ?? {};
  Object.assign(object, jsonOf(cloneJson(previous)));
  const spec = ensureObject(jsonOf(object), 'spec');
  if (subresource === 'resize') takeResources(spec, sent);
  else if (sent.ephemeralContainers === undefined) delete spec.ephemeralContainers;
  else spec.ephemeralContainers = sent.ephemeralContainers;
  if (resourceVersion !== undefined) Object.assign(object.metadata ?? {}, { resourceVersion });
}

function takeResources(spec: JsonObject, sent: JsonObject): void {
  for (const list of ['containers', 'initContainers'])
    for (const container of objectsAt(spec, list)) {
      const wanted = objectsAt(sent, list).find((candidate) => candidate.name === container.name);
      for (const key of RESIZED) if (wanted?.[key] !== undefined) container[key] = wanted[key];
    }
}

const RESIZED = ['resources', 'resizePolicy'];

/** What of a pod has a subresource of its own. */
function ownPart(spec: JsonObject | undefined): unknown {
  const resources = ['containers', 'initContainers'].flatMap((list) => objectsAt(spec, list)).map((container) => RESIZED.map((key) => container[key] ?? null));
  return [spec?.ephemeralContainers ?? null, resources];
}

/** After mutating webhooks: what lies outside of the namespace's LimitRanges, and secrets that a pod's account does not list. Throws 403. */
export function checkByAdmission(context: ApiContext, definition: ResourceDefinition, namespace: string | undefined, object: KubeObject): void {
  const refusal = isCore(definition, 'pods')
    ? podLimitRefusal(jsonOf(object), rangesOf(context, namespace))
    : isCore(definition, 'persistentvolumeclaims')
      ? claimLimitRefusal(jsonOf(object), rangesOf(context, namespace))
      : undefined;
  if (refusal !== undefined) throw forbidden(definition, object.metadata?.name ?? '', refusal);
  if (!isCore(definition, 'pods') || !context.hooks.givesAccounts) return;
  const account = context.store.get('/serviceaccounts', `${namespace ?? ''}/${accountNameOf(jsonOf(object))}`);
  const unlisted = account && secretRefusal(jsonOf(object), jsonOf(account));
  if (unlisted !== undefined) throw forbidden(definition, object.metadata?.name ?? '', unlisted);
}
