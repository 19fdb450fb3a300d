import { type KubeObject, type WatchFrame, apiVersionOf } from '@tidegate/kube';
import { isJsonObject, jsonOf } from '@tidegate/kube/json';
import { applyJsonPatch } from '../patch/json-patch.js';
import { applyMergePatch } from '../patch/merge-patch.js';
import { applyStrategicMergePatch } from '../patch/strategic-merge-patch.js';
import type { Translation, ResourceDefinition } from '../resources/resource-definition.js';
import { ApiError } from './api-error.js';
import type { WriteOptions } from './api-options.js';
import type { Answer, IncomingRequest } from './kubernetes-api.js';
import { checkApplied, checkFields } from './object-checks.js';
import { decodeObject } from './object-metadata.js';
import { frameShower, presentList, presentObject, presentationOf } from './presentation.js';

export interface TranslatedRequest {
  request: IncomingRequest;
  definition: ResourceDefinition;
  translation: Translation;
  namespace: string | undefined;
  name: string | undefined;
  options: WriteOptions;
  /** Epoch milliseconds. */
  now(): number;
  /** Answers the request in the version that is stored. Throws ApiError. */
  answer(request: IncomingRequest): Promise<Answer>;
}

const PLAIN = 'application/json';
/** As for every patch: it is tried until it fits. */
const PATCH_TRIES = 200;

/**
 * A kind in a version of other fields than those that are stored: what is sent is translated, answered in the stored version, and the answer is
 * translated back. Managed fields are told in the stored version's words.
 */
export async function answerTranslated(translated: TranslatedRequest): Promise<Answer> {
  const { request, definition } = translated;
  const presentation = presentationOf(request.accept, request.query);
  const answer = await (request.method === 'PATCH' ? answerPatch(translated) : answerWhole(translated));
  const back = (object: KubeObject): KubeObject => fromStored(translated, object);
  if ('frames' in answer) {
    const show = frameShower(definition, presentation, () => translated.now());
    return { ...answer, frames: translatedFrames(answer.frames, (frame) => show(frame.type === 'ERROR' ? frame : { ...frame, object: back(frame.object as KubeObject) })) };
  }
  if (!('body' in answer) || !isJsonObject(answer.body)) return answer;
  const { kind, items, metadata } = answer.body;
  if (kind === definition.kind) return { ...answer, body: presentObject(definition, back(answer.body as KubeObject), presentation, translated.now()) };
  if (kind !== definition.listKind || !Array.isArray(items)) return answer;
  const listed = (items as unknown as KubeObject[]).map(back);
  return { ...answer, body: presentList(definition, listed, isJsonObject(metadata) ? metadata : {}, presentation, translated.now()) };
}

function answerWhole({ request, definition, translation, namespace, name, options, answer }: TranslatedRequest): Promise<Answer> {
  if (request.method !== 'POST' && request.method !== 'PUT') return answer({ ...request, accept: PLAIN });
  const object = decodeObject(definition, request.body, namespace, name);
  checkFields(definition, object, options);
  definition.setDefaults(object);
  return answer({ ...request, accept: PLAIN, body: translation.toStored(jsonOf(object)) });
}

async function answerPatch(translated: TranslatedRequest): Promise<Answer> {
  const { request, definition, translation, namespace, name, options, answer } = translated;
  const type = (request.contentType ?? '').split(';')[0]?.trim();
  if (type === 'application/apply-patch+yaml') {
    const applied = decodeObject(definition, request.body, namespace, name);
    checkApplied(definition, applied, namespace ?? '');
    return answer({ ...request, accept: PLAIN, body: translation.toStored(jsonOf(applied)) });
  }
  for (let tries = 1; ; tries++) {
    const live = await answer({ ...request, method: 'GET', accept: PLAIN, body: undefined });
    const before = jsonOf(fromStored(translated, ('body' in live ? live.body : {}) as KubeObject));
    const after =
      type === 'application/json-patch+json'
        ? applyJsonPatch(before, request.body)
        : type === 'application/merge-patch+json'
          ? applyMergePatch(before, request.body)
          : type === 'application/strategic-merge-patch+json'
            ? applyStrategicMergePatch(before, request.body, definition.schema)
            : undefined;
    if (after === undefined) throw new ApiError(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {});
    const object = decodeObject(definition, after, namespace, name);
    checkFields(definition, object, options);
    const isSameVersion = object.metadata.resourceVersion === (before as KubeObject).metadata?.resourceVersion;
    try {
      return await answer({ ...request, method: 'PUT', contentType: PLAIN, accept: PLAIN, body: translation.toStored(jsonOf(object)) });
    } catch (error) {
      // Somebody else wrote meanwhile, and the patch insists on no version.
      if (!(error instanceof ApiError && error.reason === 'Conflict' && isSameVersion) || tries >= PATCH_TRIES) throw error;
    }
  }
}

function fromStored({ definition, translation }: TranslatedRequest, object: KubeObject): KubeObject {
  const apiVersion = apiVersionOf(definition);
  // A bookmark has nothing that could be converted.
  if (!('spec' in object)) return { ...object, apiVersion };
  return { ...(translation.fromStored(jsonOf(object)) as KubeObject), apiVersion, kind: definition.kind };
}

async function* translatedFrames(frames: AsyncIterable<WatchFrame>, convert: (frame: WatchFrame) => WatchFrame): AsyncIterable<WatchFrame> {
  for await (const frame of frames) yield convert(frame);
}
