import { apiVersionOf, type KubeObject, type WatchFrame } from '@tidegate/kube';
import type { ResourceDefinition } from '../resources/resource-definition.js';
import { convertByWebhook } from '../webhooks/convert-by-webhook.js';
import { ApiError, unexplained } from './api-error.js';
import type { ApiContext } from './api-options.js';

/**
 * Stored objects as `definition`'s version has them. Most kinds convert by name alone; those whose definition names a webhook are asked for in one call. Throws 500 in
 * Kubernetes' words when the webhook does not answer.
 */
export async function inVersion(context: Pick<ApiContext, 'hooks'>, definition: ResourceDefinition, stored: readonly KubeObject[], asList = false): Promise<KubeObject[]> {
  const apiVersion = apiVersionOf(definition);
  const others = stored.filter((object) => object.apiVersion !== apiVersion);
  if (others.length === 0) return [...stored];
  if (!definition.conversion) return stored.map((object) => renamed(object, apiVersion, definition.kind));
  const converted = await convert(context, definition, others, apiVersion, asList);
  for (const object of converted) {
    definition.prune(object);
    definition.setDefaults(object);
  }
  const next = converted.values();
  return stored.map((object) => (object.apiVersion === apiVersion ? object : (next.next().value ?? object)));
}

export async function oneInVersion(context: Pick<ApiContext, 'hooks'>, definition: ResourceDefinition, stored: KubeObject): Promise<KubeObject> {
  if (stored.apiVersion === apiVersionOf(definition)) return stored;
  const [object] = await inVersion(context, definition, [stored]);
  return object ?? stored;
}

/** As it is stored: in the storage version, where versions differ. */
export async function toStored<T extends KubeObject>(context: Pick<ApiContext, 'hooks'>, definition: ResourceDefinition, object: T): Promise<T> {
  const { conversion } = definition;
  if (!conversion || conversion.storageVersion === object.apiVersion) return object;
  const [stored] = await convert(context, definition, [object], conversion.storageVersion, false);
  return { ...object, ...stored } as T;
}

export async function* framesInVersion(context: Pick<ApiContext, 'hooks'>, definition: ResourceDefinition, frames: AsyncIterable<WatchFrame>): AsyncIterable<WatchFrame> {
  for await (const frame of frames) {
    if (frame.type === 'ERROR' || frame.type === 'BOOKMARK') yield frame;
    else {
      const object = await oneInVersion(context, definition, frame.object as KubeObject).catch((error: unknown) => toFailure(error));
      yield object instanceof ApiError ? { type: 'ERROR', object: object.toStatus() } : { type: frame.type, object };
      if (object instanceof ApiError) return;
    }
  }
}

function toFailure(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  throw error;
}

const renamed = (object: KubeObject, apiVersion: string, kind: string): KubeObject => (object.apiVersion === apiVersion ? object : { ...object, apiVersion, kind });

async function convert({ hooks }: Pick<ApiContext, 'hooks'>, { conversion }: ResourceDefinition, objects: readonly KubeObject[], apiVersion: string, asList: boolean): Promise<KubeObject[]> {
  if (!conversion) return [...objects];
  return convertByWebhook(objects, apiVersion, conversion, hooks.resolveService ?? (() => undefined), asList).catch((error: unknown) => {
    throw unexplained((error as Error).message);
  });
}
