import { randomUUID } from 'node:crypto';
import type { KubeObject } from '@tidegate/kube';
import { type JsonObject, cloneJson, isJsonObject, jsonOf, objectAt, objectsAt, textAt } from '@tidegate/kube/json';
import { type ResolveService, type WebhookAddress, postJson } from './post-json.js';

/** Of a kind whose versions differ in more than their name (`spec.conversion` of its definition). */
export interface Conversion {
  /** `group/version` in which objects are stored. */
  storageVersion: string;
  address: WebhookAddress;
  /** The first of the definition's `conversionReviewVersions` that is known. */
  reviewVersion: 'v1' | 'v1beta1';
}

const TIMEOUT_S = 30;

/**
 * The objects in the form of `apiVersion`, by one ConversionReview. Nothing but labels and annotations of their metadata may change. Throws an Error in the words
 * of Kubernetes' converter; `asList` tells them of a list.
 */
export async function convertByWebhook(objects: readonly KubeObject[], apiVersion: string, { address, reviewVersion }: Conversion, resolve: ResolveService, asList: boolean): Promise<KubeObject[]> {
  const [first] = objects;
  if (!first) return [];
  const group = `${asList ? apiVersion : first.apiVersion}, Kind=${first.kind}${asList ? 'List' : ''}`;
  const uid = randomUUID();
  const review = { kind: 'ConversionReview', apiVersion: `apiextensions.k8s.io/${reviewVersion}`, request: { uid, desiredAPIVersion: apiVersion, objects } };
  let converted: JsonObject[];
  try {
    converted = convertedOf(await postJson(address, TIMEOUT_S, review, resolve, `timeout=${TIMEOUT_S}s`), uid, reviewVersion);
  } catch (error) {
    throw new Error(`conversion webhook for ${group} failed: ${(error as Error).message}`);
  }
  if (converted.length !== objects.length) throw new Error(`conversion webhook for ${group} returned ${converted.length} objects, expected ${objects.length}`);
  return objects.map((original, index) => {
    const next = converted[index] ?? {};
    const at = `conversion webhook for ${group} returned invalid ${asList ? 'converted ' : ''}object at index ${index}`;
    const otherKind = kindDifference(original, next, apiVersion);
    if (otherKind !== undefined) throw new Error(`${at}: ${otherKind}`);
    const otherObject = identityDifference(original, next);
    if (otherObject !== undefined) throw new Error(`${asList ? at : `conversion webhook for ${group} returned invalid object`}: ${otherObject}`);
    return { ...next, metadata: metadataOf(original, next) } as KubeObject;
  });
}

function convertedOf(text: string, uid: string, reviewVersion: Conversion['reviewVersion']): JsonObject[] {
  const review: unknown = JSON.parse(text);
  const response = isJsonObject(review) ? objectAt(review, 'response') : undefined;
  if (!response) throw new Error('no response provided');
  if (reviewVersion === 'v1' && response['uid'] !== uid) throw new Error(`expected response.uid="${uid}", got "${textAt(response, 'uid')}"`);
  const result = objectAt(response, 'result');
  const status = textAt(result, 'status');
  if (status !== 'Success') throw new Error(textAt(result, 'message') || `response.result.status was '${status}', not 'Success'`);
  return objectsAt(response, 'convertedObjects');
}

function kindDifference(original: KubeObject, converted: JsonObject, apiVersion: string): string | undefined {
  if (textAt(converted, 'apiVersion') !== apiVersion) return `invalid groupVersion (expected ${apiVersion}, received ${textAt(converted, 'apiVersion')})`;
  return textAt(converted, 'kind') === original.kind ? undefined : `invalid kind (expected ${original.kind}, received ${textAt(converted, 'kind')})`;
}

function identityDifference(original: KubeObject, converted: JsonObject): string | undefined {
  const [before, after] = [jsonOf(original.metadata ?? {}), objectAt(converted, 'metadata')];
  for (const [key, called] of [['name', 'name'], ['namespace', 'namespace'], ['uid', 'UID']] as const)
    if (textAt(after, key) !== textAt(before, key)) return `must have the same ${called}: ${textAt(before, key)} != ${textAt(after, key)}`;
  return undefined;
}

function metadataOf(original: KubeObject, converted: JsonObject): JsonObject {
  const metadata: JsonObject = cloneJson(jsonOf(original.metadata ?? {}));
  for (const key of ['labels', 'annotations']) {
    const given = objectAt(converted, 'metadata', key);
    if (given && Object.keys(given).length > 0) metadata[key] = Object.fromEntries(Object.entries(given).filter(([, value]) => typeof value === 'string'));
    else delete metadata[key];
  }
  return metadata;
}
