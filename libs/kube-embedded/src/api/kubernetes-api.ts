import type { KubeObject, WatchFrame } from '@tidegate/kube';
import { TidegateError } from '@tidegate/kernel';
import { type AccessRequest, type UserInfo, isAllowed, refusalText } from '../auth/rbac.js';
import { applyJsonPatch } from '../patch/json-patch.js';
import { applyMergePatch } from '../patch/merge-patch.js';
import { PatchRejected } from '../patch/patch-rejected.js';
import type { OpenApiV2Document } from '../openapi/openapi-v2.js';
import { OPENAPI_V2_PROTOBUF, encodeOpenApiV2 } from '../openapi/openapi-v2-protobuf.js';
import type { ResourceDefinition } from '../resources/resource-definition.js';
import { isJsonObject, jsonOf } from '@tidegate/kube/json';
import type { StreamSession } from '../streaming/stream-session.js';
import { unsupportedValue } from '../schema/field-errors.js';
import { ApiError, badRequest, forbidden, invalidOptions, methodNotAllowed, notFound, pathNotFound } from './api-error.js';
import type { ApiContext, SpecialAnswer, WriteOptions } from './api-options.js';
import { answerTranslated } from './translated-requests.js';
import { type DeleteOptions, deleteObject } from './deletion.js';
import { Discovery } from './discovery.js';
import { listMetadata, listObjects } from './lists.js';
import { METRICS_GROUP, answerMetrics, metricsResources } from './metrics-answers.js';
import { Objects, type PatchKind, type Target } from './objects.js';
import { type OpenApi, openApiAnswer } from './openapi-answers.js';
import { type Presentation, frameShower, presentList, presentObject, presentationOf } from './presentation.js';
import { type IncomingProxyRequest, type ProxyTarget, proxyTarget } from './proxy-requests.js';
import { rbacSource } from './rbac-objects.js';
import { type RequestInfo, readRequest } from './request-info.js';
import { type ReviewToken, answerReview } from './reviews.js';
import { isSigningRequest } from './signing-requests.js';
import { toScale } from './scale.js';
import { type IncomingStreamRequest, openStreams } from './stream-requests.js';
import { UnreadableBody } from './unreadable-body.js';
import { inVersion } from './version-conversion.js';
import { watchObjects } from './watches.js';

export interface IncomingRequest {
  method: string;
  path: string;
  query: Readonly<Record<string, string>>;
  accept: string | undefined;
  contentType: string | undefined;
  /** Parsed JSON (or YAML) body. */
  body: unknown;
  user: UserInfo;
  userAgent: string | undefined;
  signal: AbortSignal;
}

export type Answer =
  | { status: number; body: unknown; warnings: string[]; contentType?: string }
  | { status: number; frames: AsyncIterable<WatchFrame>; warnings: string[] }
  | { status: number; text: AsyncIterable<string>; warnings: string[] };

type ResourceRequest = Extract<RequestInfo, { isResource: true }>;

export const SERVER_VERSION = {
  major: '1',
  minor: '37',
  gitVersion: 'v1.37.1+tidegate',
  gitCommit: '',
  gitTreeState: 'clean',
  buildDate: '2026-01-01T00:00:00Z',
  goVersion: '',
  compiler: 'tidegate',
  platform: 'linux/amd64',
};

const PATCH_KINDS: Record<string, PatchKind> = {
  'application/json-patch+json': 'json',
  'application/merge-patch+json': 'merge',
  'application/strategic-merge-patch+json': 'strategic',
  'application/apply-patch+yaml': 'apply',
};
/** Kinds whose deletion answers with the object rather than with a Status (ReturnDeletedObject in Kubernetes). */
const TELLS_WHAT_WENT: ReadonlySet<string> = new Set([
  ...['persistentvolumeclaims', 'persistentvolumes', 'pods', 'podtemplates', 'resourcequotas', 'serviceaccounts', 'services'].map((plural) => `/${plural}`),
  ...['csidrivers', 'csinodes', 'storageclasses', 'volumeattachments', 'volumeattributesclasses'].map(
    (plural) => `storage.k8s.io/${plural}`,
  ),
]);
const REVIEW_GROUPS = new Set(['authorization.k8s.io', 'authentication.k8s.io']);
const NO_SUCH_PAGE: Answer = { status: 404, body: '404 page not found\n', warnings: [] };
/** Every authenticated user may look around and ask about themselves. */
const OPEN_PATHS = [
  /^\/version\/?$/,
  /^\/healthz$/,
  /^\/livez(\/|$)/,
  /^\/readyz(\/|$)/,
  /^\/api\/?$/,
  /^\/api\/v1\/?$/,
  /^\/apis(\/[^/]+){0,2}\/?$/,
  /^\/openapi(\/|$)/,
];

/** The Kubernetes API without a network: one code path for HTTPS and for the controllers in this process. */
export class KubernetesApi {
  readonly objects: Objects;
  private readonly discovery: Discovery;
  private readonly openApi: OpenApi = { documents: new Map(), generation: -1 };

  constructor(
    private readonly context: ApiContext,
    private readonly options: { address: () => string; reviewToken: ReviewToken },
  ) {
    this.objects = new Objects(context);
    const { special, streams, proxies, usage } = context.hooks;
    const isSpecial = (key: string): boolean => [special, streams, proxies].some((answered) => answered?.[key] !== undefined);
    this.discovery = new Discovery(context.registry, isSpecial, usage ? metricsResources : []);
  }

  /** Never rejects: what goes wrong is an answer with a Status. */
  async answer(request: IncomingRequest): Promise<Answer> {
    const warnings: string[] = [];
    try {
      const info = readRequest(request.method, request.path, request.query);
      return info.isResource ? await this.answerResource(request, info, warnings) : await this.answerPath(request, info);
    } catch (error) {
      const known = toApiError(error);
      if (known.code >= 500) this.context.log.error({ err: error, path: request.path, method: request.method }, 'a request failed');
      return { status: known.code, body: known.toStatus(), warnings };
    }
  }

  /** The streams that a path stands for. Rejects with ApiError. */
  async openStreams(request: IncomingStreamRequest): Promise<StreamSession> {
    try {
      return await openStreams(this.context, (...access) => this.authorize(...access), request);
    } catch (error) {
      const known = toApiError(error);
      if (known.code >= 500) this.context.log.error({ err: error, path: request.path }, 'streams were not opened');
      throw known;
    }
  }

  /** Where a request for a program in the cluster goes; undefined for one that is for this API. Rejects with ApiError. */
  proxyTarget(request: IncomingProxyRequest): Promise<ProxyTarget | undefined> {
    return proxyTarget(this.context, (...access) => this.authorize(...access), request);
  }

  private authorize(user: UserInfo, request: AccessRequest, of: { group: string; plural: string }, name: string): void {
    if (isAllowed(user, request, rbacSource(this.context.store))) return;
    throw forbidden(of, name, refusalText(user, request));
  }

  private async answerPath(request: IncomingRequest, info: Extract<RequestInfo, { isResource: false }>): Promise<Answer> {
    const { path, user } = request;
    const access: AccessRequest = { verb: info.verb, path };
    if (!OPEN_PATHS.some((open) => open.test(path)) && !isAllowed(user, access, rbacSource(this.context.store))) {
      throw new ApiError(403, 'Forbidden', `forbidden: ${refusalText(user, access)}`, {});
    }
    if (request.method !== 'GET') throw methodNotAllowed();
    // The earlier form, v2beta1, is answered with plain lists, as by Kubernetes 1.37.
    const aggregated = /v=v2;as=APIGroupDiscoveryList/.test(request.accept ?? '');
    const body = await this.document(path.replace(/\/$/, ''), aggregated);
    const [, , group] = path.split('/');
    // A group that is known has no other versions; one that is not known is no page.
    if (body === undefined && path.startsWith('/apis/') && group !== undefined && this.discovery.group(group) !== undefined) throw pathNotFound();
    if (body === undefined) return NO_SUCH_PAGE;
    if (path === '/openapi/v2' && isOpenApiV2(body) && request.accept?.includes('proto-openapi.spec.v2'))
      return { status: 200, body: encodeOpenApiV2(body), warnings: [], contentType: OPENAPI_V2_PROTOBUF };
    const contentType =
      aggregated && (path === '/api' || path === '/apis')
        ? 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList'
        : undefined;
    return { status: 200, body, warnings: [], ...(contentType ? { contentType } : {}) };
  }

  private async document(path: string, aggregated: boolean): Promise<unknown> {
    if (path === '/version') return { ...SERVER_VERSION, goVersion: process.version };
    if (/^\/(healthz|livez|readyz)/.test(path)) return 'ok';
    if (path === '/api') return aggregated ? this.discovery.aggregated(true) : this.discovery.coreVersions(this.options.address());
    if (path === '/apis') return aggregated ? this.discovery.aggregated(false) : this.discovery.groupList();
    if (path.startsWith('/openapi')) return openApiAnswer(this.openApi, this.context.registry, path, SERVER_VERSION.gitVersion);
    const parts = path.split('/').filter((p) => p !== '');
    if (parts[0] === 'api' && parts.length === 2) return this.discovery.resourceList('', parts[1] ?? '');
    if (parts[0] === 'apis' && parts.length === 2) return this.discovery.group(parts[1] ?? '');
    if (parts[0] === 'apis' && parts.length === 3) return this.discovery.resourceList(parts[1] ?? '', parts[2] ?? '');
    return undefined;
  }

  private async answerResource(request: IncomingRequest, info: ResourceRequest, warnings: string[]): Promise<Answer> {
    const { user, body } = request;
    const { group, version, plural, namespace, name, subresource } = info;
    if (REVIEW_GROUPS.has(group) && info.verb === 'create' && name === undefined) {
      // Questions about oneself are open to everybody.
      if (!plural.startsWith('self')) this.authorize(user, { verb: 'create', group, resource: plural, namespace }, { group, plural }, '');
      if (body instanceof UnreadableBody) throw badRequest(`couldn't get version/kind; json parse error: ${body.why}`);
      const review = answerReview(
        this.context.store,
        user,
        plural,
        namespace,
        body,
        this.options.reviewToken,
        this.context.clock.now(),
      );
      if (review) return { status: 201, body: review, warnings };
    }
    // A Namespace is authorized in itself, as Kubernetes does.
    const scope = namespace ?? (group === '' && plural === 'namespaces' ? name : undefined);
    this.authorize(user, { verb: info.verb, group, resource: plural, subresource, namespace: scope, name }, { group, plural }, name ?? '');
    if (group === METRICS_GROUP && this.context.hooks.usage) {
      const answer = answerMetrics(this.context.hooks.usage, { ...request, ...info }, this.context.clock.now());
      return { ...answer, warnings };
    }
    const definition = this.context.registry.find(group, version, plural);
    if (!definition) {
      if (!this.context.registry.serves(group, version)) return NO_SUCH_PAGE;
      throw pathNotFound();
    }
    if (body instanceof UnreadableBody) {
      throw badRequest(
        `the object provided is unrecognized (must be of type ${definition.kind}): couldn't get version/kind; json parse error: ${body.why}`,
      );
    }
    if (subresource === undefined && !definition.verbs.includes(info.verb)) throw methodNotAllowed();
    if (definition.namespaced && namespace === undefined && name !== undefined) throw pathNotFound();
    const presentation = presentationOf(request.accept, request.query);
    const options = writeOptionsOf(request, warnings);
    const { translation } = definition;
    if (translation) {
      const answer = (asked: IncomingRequest): Promise<Answer> => this.answerResource(asked, { ...info, version: translation.storedVersion }, warnings);
      return answerTranslated({ request, definition, translation, namespace, name, options, now: () => this.context.clock.now(), answer });
    }
    if (name === undefined) return this.answerCollection(request, info, definition, presentation, options);
    const special = subresource === undefined ? undefined : this.context.hooks.special?.[`${group}/${plural}/${subresource}`];
    if (special) {
      const object = this.context.store.get(`${group}/${plural}`, definition.namespaced ? `${namespace ?? ''}/${name}` : name);
      if (!object) throw notFound(definition, name);
      return withWarnings(
        await special({
          definition,
          namespace,
          name,
          subresource: subresource ?? '',
          method: request.method,
          query: request.query,
          body,
          user,
          object,
          signal: request.signal,
        }),
        warnings,
      );
    }
    if (subresource !== undefined && this.context.hooks.streams?.[`${group}/${plural}/${subresource}`])
      throw badRequest('Upgrade request required');
    if (subresource === 'scale') return this.answerScale(request, { definition, namespace, name }, options);
    if (
      subresource !== undefined &&
      !(subresource === 'status' && definition.hasStatus) &&
      !(subresource === 'finalize' && plural === 'namespaces') &&
      !((subresource === 'ephemeralcontainers' || subresource === 'resize') && group === '' && plural === 'pods') &&
      !(subresource === 'approval' && isSigningRequest(definition))
    )
      throw pathNotFound();
    const target: Target = { definition, namespace, name, subresource: subresource as Target['subresource'] };
    return this.answerObject(request, target, presentation, options);
  }

  private async answerCollection(
    request: IncomingRequest,
    info: ResourceRequest,
    definition: ResourceDefinition,
    presentation: Presentation,
    options: WriteOptions,
  ): Promise<Answer> {
    const { namespace } = info;
    const { warnings } = options;
    const now = this.context.clock.now();
    switch (info.verb) {
      case 'watch': {
        const frames = watchObjects(this.context, definition, namespace, request.query, request.signal);
        return {
          status: 200,
          frames:
            presentation.as === 'object'
              ? frames
              : mapFrames(
                  frames,
                  frameShower(definition, presentation, () => this.context.clock.now()),
                ),
          warnings,
        };
      }
      case 'list': {
        const listing = listObjects(this.context, definition, namespace, request.query);
        const items = await inVersion(this.context, definition, listing.items, true);
        return { status: 200, body: presentList(definition, items, listMetadata(listing), presentation, now), warnings };
      }
      case 'create': {
        if (definition.namespaced && namespace === undefined) throw badRequest('an empty namespace may not be set during creation');
        const object = await this.objects.create(definition, namespace, request.body, options);
        return { status: 201, body: presentObject(definition, object, presentation, now), warnings };
      }
      case 'deletecollection': {
        const listing = listObjects(this.context, definition, namespace, { ...request.query, limit: '0' });
        const deleteOptions = deleteOptionsOf(request);
        const items = await inVersion(this.context, definition, listing.items, true);
        for (const object of items) await this.deleteQuietly(definition, object, deleteOptions, options);
        return { status: 200, body: presentList(definition, items, listMetadata(listing), presentation, now), warnings };
      }
      default:
        throw methodNotAllowed();
    }
  }

  /** Somebody else may be faster; that is fine. */
  private async deleteQuietly(
    definition: ResourceDefinition,
    object: KubeObject,
    deleteOptions: DeleteOptions,
    options: WriteOptions,
  ): Promise<void> {
    try {
      await deleteObject(this.context, definition, object.metadata?.namespace, object.metadata?.name ?? '', deleteOptions, options);
    } catch (error) {
      if (!(error instanceof ApiError && error.code === 404)) throw error;
    }
  }

  private async answerObject(request: IncomingRequest, target: Target, presentation: Presentation, options: WriteOptions): Promise<Answer> {
    const { definition, namespace, name, subresource } = target;
    const { warnings } = options;
    const present = (object: KubeObject): unknown => presentObject(definition, object, presentation, this.context.clock.now());
    switch (request.method) {
      case 'GET':
        return { status: 200, body: present(await this.objects.get(target)), warnings };
      case 'PUT':
        return { status: 200, body: present(await this.objects.update(target, request.body, options)), warnings };
      case 'PATCH': {
        const type = (request.contentType ?? '').split(';')[0]?.trim() ?? '';
        const kind = PATCH_KINDS[type];
        if (!kind) throw new ApiError(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {});
        const existed =
          this.context.store.get(
            `${definition.group}/${definition.plural}`,
            definition.namespaced ? `${namespace ?? ''}/${name}` : name,
          ) !== undefined;
        // An apply that would create needs the right to create.
        if (!existed && kind === 'apply' && subresource === undefined) {
          this.authorize(
            request.user,
            { verb: 'create', group: definition.group, resource: definition.plural, namespace, name },
            definition,
            name,
          );
        }
        const object = await this.objects.patch(target, kind, request.body, { ...options, force: request.query['force'] === 'true' });
        return { status: existed ? 200 : 201, body: present(object), warnings };
      }
      case 'DELETE': {
        if (subresource !== undefined) throw methodNotAllowed();
        const { object, gone } = await deleteObject(this.context, definition, namespace, name, deleteOptionsOf(request), options);
        if (!gone || TELLS_WHAT_WENT.has(`${definition.group}/${definition.plural}`)) return { status: 200, body: present(object), warnings };
        const details = {
          name,
          ...(definition.group ? { group: definition.group } : {}),
          kind: definition.plural,
          uid: object.metadata?.uid,
        };
        return { status: 200, body: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details }, warnings };
      }
      default:
        throw methodNotAllowed();
    }
  }

  private async answerScale(request: IncomingRequest, target: Target, options: WriteOptions): Promise<Answer> {
    const { definition } = target;
    const { warnings } = options;
    if (request.method === 'GET') return { status: 200, body: toScale(definition, await this.objects.get(target)), warnings };
    if (request.method !== 'PUT' && request.method !== 'PATCH') throw methodNotAllowed();
    const patch = (request.contentType ?? '').startsWith('application/json-patch+json') ? applyJsonPatch : applyMergePatch;
    const object = await this.objects.updateScale(target, options, (scale) =>
      request.method === 'PUT' ? request.body : patch(jsonOf(scale), request.body),
    );
    return { status: 200, body: toScale(definition, object), warnings };
  }
}

const isOpenApiV2 = (body: unknown): body is OpenApiV2Document => typeof body === 'object' && body !== null && 'swagger' in body;

async function* mapFrames(frames: AsyncIterable<WatchFrame>, show: (frame: WatchFrame) => WatchFrame): AsyncIterable<WatchFrame> {
  for await (const frame of frames) yield show(frame);
}

function withWarnings(answer: SpecialAnswer, warnings: string[]): Answer {
  return { ...answer, warnings };
}

const OPTIONS_KINDS: Record<string, string> = {
  POST: 'CreateOptions',
  PUT: 'UpdateOptions',
  PATCH: 'PatchOptions',
  DELETE: 'DeleteOptions',
};

function writeOptionsOf(request: IncomingRequest, warnings: string[]): WriteOptions {
  const { query, user, userAgent, method } = request;
  const kind = OPTIONS_KINDS[method] ?? 'ListOptions';
  const fieldValidation = query['fieldValidation'] || 'Warn';
  if (fieldValidation !== 'Ignore' && fieldValidation !== 'Warn' && fieldValidation !== 'Strict') {
    throw invalidOptions(kind, unsupportedValue('fieldValidation', fieldValidation, ['', 'Ignore', 'Strict', 'Warn']));
  }
  const dryRun = dryRunOf(request);
  if (dryRun.some((stage) => stage !== 'All')) throw invalidOptions(kind, unsupportedValue('dryRun', dryRun, ['All']));
  const fieldManager = query['fieldManager'] ?? (userAgent ?? '').split('/')[0]?.slice(0, 128) ?? '';
  return { user, warnings, fieldValidation, fieldManager, dryRun: dryRun.length > 0 };
}

/** Deletions say it in their body or in the query, everything else in the query. */
function dryRunOf({ method, query, body }: IncomingRequest): string[] {
  const { dryRun } = method === 'DELETE' && isJsonObject(body) ? body : {};
  if (Array.isArray(dryRun) && dryRun.length > 0) return dryRun.map(String);
  return query['dryRun'] ? [query['dryRun']] : [];
}

function deleteOptionsOf({ body, query }: IncomingRequest): DeleteOptions {
  const sent = typeof body === 'object' && body !== null ? (body as DeleteOptions) : {};
  return {
    ...sent,
    ...(query['gracePeriodSeconds'] === undefined ? {} : { gracePeriodSeconds: Number(query['gracePeriodSeconds']) }),
    ...(query['propagationPolicy'] === undefined ? {} : { propagationPolicy: query['propagationPolicy'] }),
  };
}

function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof PatchRejected) return new ApiError(error.status, error.reason, error.message, error.status === 422 ? {} : undefined);
  if (error instanceof TidegateError && error.code === 'STORE_WRITE_FAILED')
    return new ApiError(507, 'InsufficientStorage', `${error.message} ${error.remedy ?? ''}`.trim());
  if (error instanceof TidegateError && error.code === 'STORE_CLOSED') return new ApiError(503, 'ServiceUnavailable', error.message);
  return new ApiError(500, 'InternalError', 'Internal error occurred: the embedded API has a fault of its own; its log has the details');
}
