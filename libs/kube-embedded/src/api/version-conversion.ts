import { randomUUID } from 'node:crypto';
import { apiVersionOf, type KubeObject, type ObjectMeta } from '@tidegate/kube';
import { isJsonObject, type JsonObject, jsonOf, objectAt, objectsAt, textAt } from '@tidegate/kube/json';
import type { Conversion, ResourceDefinition } from '../resources/resource-definition.js';
import { postReview } from '../webhooks/call-webhook.js';
import { unexplained } from './api-error.js';
import type { ApiContext } from './api-options.js';

type Whole = KubeObject & { metadata: ObjectMeta };

const TIMEOUT_S = 30;

/**
 * Objects as this version shows them. Without a webhook the versions of a kind differ in name alone. Throws 500 when the webhook fails, in Kubernetes' words, which
 * tell a list (`asList`) from an object.
 */
export async function inVersion(context: ApiContext, definition: ResourceDefinition, objects: readonly KubeObject[], asList = false): Promise<KubeObject[]> {
  const shown = await converted(context, definition, objects, apiVersionOf(definition), asList);
  if (!definition.conversion) return shown;
  const stored = new Set(objects);
  // What a webhook made is not trusted to be what the version's schema says.
  for (const object of shown.filter((o) => !stored.has(o))) {
    definition.prune(object);
    definition.setDefaults(object);
  }
  return shown;
}

/** A written object as it is stored: in the storage version when a webhook converts, as it was sent otherwise. */
export async function asStored(context: ApiContext, definition: ResourceDefinition, object: Whole): Promise<Whole> {
  const { conversion, group } = definition;
  if (!conversion) return object;
  const [stored] = await converted(context, definition, [object], `${group}/${conversion.storageVersion}`, false);
  return { ...stored, metadata: { ...stored?.metadata } };
}

async function converted(
  context: ApiContext,
  definition: ResourceDefinition,
  objects: readonly KubeObject[],
  apiVersion: string,
  asList: boolean,
): Promise<KubeObject[]> {
  const { conversion, kind } = definition;
  const others = objects.filter((object) => object.apiVersion !== apiVersion);
  if (others.length === 0) return [...objects];
  if (!conversion) return objects.map((object) => (object.apiVersion === apiVersion ? object : { ...object, apiVersion, kind }));
  const answers = await askWebhook(context, conversion, others, apiVersion, asList);
  const replaced = new Map(others.map((object, index) => [object, restored(object, answers[index])]));
  return objects.map((object) => replaced.get(object) ?? object);
}

async function askWebhook(
  { hooks }: ApiContext,
  { client, reviewVersions }: Conversion,
  objects: readonly KubeObject[],
  desiredAPIVersion: string,
  asList: boolean,
): Promise<KubeObject[]> {
  const uid = randomUUID();
  const called = asList ? `${desiredAPIVersion}, Kind=${objects[0]?.kind}List` : `${objects[0]?.apiVersion}, Kind=${objects[0]?.kind}`;
  const refusal = (what: string): Error => unexplained(`conversion webhook for ${called} ${what}`);
  const failed = (why: string): Error => refusal(`failed: ${why}`);
  const apiVersion = `apiextensions.k8s.io/${reviewVersions.find((version) => version === 'v1' || version === 'v1beta1') ?? 'v1'}`;
  const review = { kind: 'ConversionReview', apiVersion, request: { uid, desiredAPIVersion, objects } };
  const text = await postReview(client, review, TIMEOUT_S, hooks.resolveService ?? (() => undefined)).catch((error: unknown) => {
    throw failed((error as Error).message);
  });
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    throw failed('the answer is not JSON');
  }
  const response = isJsonObject(answer) ? objectAt(answer, 'response') : undefined;
  if (!response || response.uid !== uid) throw failed(`expected response.uid="${uid}", got "${textAt(response, 'uid')}"`);
  const result = objectAt(response, 'result');
  if (result?.status !== 'Success') {
    throw failed(textAt(result, 'message') || `response.result.status was '${textAt(result, 'status')}', not 'Success'`);
  }
  const made = objectsAt(response, 'convertedObjects');
  if (made.length !== objects.length) throw refusal(`returned ${made.length} objects, expected ${objects.length}`);
  made.forEach((object, index) => {
    const original = objects[index] ?? {};
    const place = `object at index ${index}`;
    const otherKind = kindDifference(original, object, desiredAPIVersion);
    if (otherKind !== undefined) throw refusal(`returned invalid ${asList ? 'converted ' : ''}${place}: ${otherKind}`);
    const otherObject = identityDifference(original, object);
    if (otherObject !== undefined) throw refusal(`returned invalid ${asList ? `converted ${place}` : 'object'}: ${otherObject}`);
  });
  return made;
}

function kindDifference(original: KubeObject, made: JsonObject, apiVersion: string): string | undefined {
  if (textAt(made, 'apiVersion') !== apiVersion) return `invalid groupVersion (expected ${apiVersion}, received ${textAt(made, 'apiVersion')})`;
  return textAt(made, 'kind') === original.kind ? undefined : `invalid kind (expected ${original.kind}, received ${textAt(made, 'kind')})`;
}

function identityDifference(original: KubeObject, made: JsonObject): string | undefined {
  const [before, after] = [jsonOf(original.metadata ?? {}), objectAt(made, 'metadata')];
  if (!after) return 'missing metadata in converted object';
  const words = { name: 'name', namespace: 'namespace', uid: 'UID' };
  const different = Object.keys(words).find((key) => textAt(before, key) !== textAt(after, key)) as keyof typeof words | undefined;
  return different && `must have the same ${words[different]}: ${textAt(before, different)} != ${textAt(after, different)}`;
}

/** A webhook may change labels and annotations; the rest of metadata stays what it was. */
function restored(original: KubeObject, made: KubeObject | undefined): KubeObject {
  const metadata: ObjectMeta = { ...original.metadata };
  const changed = objectAt(jsonOf(made ?? {}), 'metadata');
  for (const field of ['labels', 'annotations'] as const) {
    const value = objectAt(changed, field) as Record<string, string> | undefined;
    if (value === undefined || Object.keys(value).length === 0) delete metadata[field];
    else metadata[field] = value;
  }
  return { ...made, metadata };
}
