import { apiVersionOf, type CustomResourceDefinition, type KubeObject, type WatchFrame } from '@tidegate/kube';
import type { ResourceDefinition } from '../resources/resource-definition.js';
import type { StoredChange } from '../store/resource-table.js';
import { ApiError, expired } from './api-error.js';
import type { ApiContext } from './api-options.js';
import { watchStart } from './list-options.js';
import { filterOf } from './lists.js';
import { resourceOf } from './registry.js';
import { inVersion } from './version-conversion.js';

const DEFINITIONS = 'apiextensions.k8s.io/customresourcedefinitions';
const BOOKMARK_EVERY_MS = 60_000;
const DEFAULT_TIMEOUT_S = 1800;
const LONGEST_TIMEOUT_S = 3600;
/** A reader that is further behind is cut off; it lists again. */
const MOST_WAITING = 20_000;

const TYPES = { added: 'ADDED', modified: 'MODIFIED', deleted: 'DELETED' } as const;

function bookmark(definition: ResourceDefinition, revision: number, initialEnd: boolean): WatchFrame {
  const annotations = initialEnd ? { annotations: { 'k8s.io/initial-events-end': 'true' } } : {};
  return {
    type: 'BOOKMARK',
    object: {
      apiVersion: apiVersionOf(definition),
      kind: definition.kind,
      metadata: { resourceVersion: String(revision), ...annotations },
    },
  };
}

/** Whoever watches a kind whose definition went, or a version of it that is served no more, has to learn that there is nothing to wait for. */
function stillServes({ type, object }: StoredChange, version: string): boolean {
  return type !== 'deleted' && (object as CustomResourceDefinition).spec.versions.some((v) => v.name === version && v.served);
}

/** The frame's object in the watched version; a webhook that cannot convert it ends the watch. */
async function shownFrame(context: ApiContext, definition: ResourceDefinition, frame: WatchFrame): Promise<WatchFrame> {
  if (frame.type === 'ERROR' || frame.type === 'BOOKMARK') return frame;
  const stored = frame.object as KubeObject;
  if (stored.apiVersion === apiVersionOf(definition)) return frame;
  try {
    const [object = stored] = await inVersion(context, definition, [stored]);
    return { type: frame.type, object };
  } catch (error) {
    if (error instanceof ApiError) return { type: 'ERROR', object: error.toStatus() };
    throw error;
  }
}

/**
 * A watch from `resourceVersion`: absent or 0 begins with everything there is. A selector turns changes into what its reader
 * sees: an object that comes to match was added, one that no longer matches was deleted. Ends by itself after timeoutSeconds.
 * Throws 400 and 410 before the first frame.
 */
export function watchObjects(
  context: ApiContext,
  definition: ResourceDefinition,
  namespace: string | undefined,
  query: Readonly<Record<string, string>>,
  signal: AbortSignal,
): AsyncIterable<WatchFrame> {
  const { store, clock } = context;
  const filter = filterOf(definition, query);
  const resource = resourceOf(definition);
  const prefix = definition.namespaced && namespace !== undefined ? `${namespace}/` : '';
  const matches = (object: KubeObject | undefined): boolean => object !== undefined && (!filter || filter(object));

  const frameOf = (change: StoredChange): WatchFrame | undefined => {
    if (!change.key.startsWith(prefix)) return undefined;
    const before = matches(change.previous);
    const after = change.type !== 'deleted' && matches(change.object);
    if (!before && !after) return undefined;
    if (!filter) return { type: TYPES[change.type], object: change.object };
    if (after) return { type: before ? 'MODIFIED' : 'ADDED', object: change.object };
    // The last matching state, with the revision at which it stopped to match.
    const last =
      change.type === 'deleted'
        ? change.object
        : {
            ...(change.previous as KubeObject),
            metadata: { ...change.previous?.metadata, resourceVersion: change.object.metadata?.resourceVersion },
          };
    return { type: 'DELETED', object: last };
  };

  const since = watchStart(query, store.revision);
  const sendInitial = query['sendInitialEvents'] === undefined ? since === 0 : query['sendInitialEvents'] === 'true';
  const waiting: WatchFrame[] = [];
  if (sendInitial) {
    for (const object of store.list(resource, prefix)) if (matches(object)) waiting.push({ type: 'ADDED', object });
    if (query['sendInitialEvents'] === 'true') waiting.push(bookmark(definition, store.revision, true));
  } else {
    const missed = store.changesAfter(resource, since);
    if (!missed) throw expired(`too old resource version: ${since} (${store.revision})`);
    for (const change of missed) {
      const frame = frameOf(change);
      if (frame) waiting.push(frame);
    }
  }

  let wake: (() => void) | undefined;
  let ended = false;
  const end = (): void => {
    ended = true;
    wake?.();
  };
  const unsubscribe = store.onChange((change) => {
    if (change.resource === DEFINITIONS && change.key === `${definition.plural}.${definition.group}` && !stillServes(change, definition.version)) end();
    if (change.resource !== resource) return;
    const frame = frameOf(change);
    if (!frame) return;
    if (waiting.push(frame) > MOST_WAITING) {
      waiting.length = 0;
      waiting.push({ type: 'ERROR', object: expired('the watcher was too slow').toStatus() });
      end();
    }
    wake?.();
  });
  const seconds = Math.min(Number(query['timeoutSeconds'] ?? DEFAULT_TIMEOUT_S) || DEFAULT_TIMEOUT_S, LONGEST_TIMEOUT_S);
  const cancelEnd = clock.after(seconds * 1000, end);
  const wantsBookmarks = query['allowWatchBookmarks'] === 'true' || query['allowWatchBookmarks'] === '1';
  let cancelBookmark = (): void => undefined;
  const laterBookmark = (): void => {
    cancelBookmark = clock.after(BOOKMARK_EVERY_MS, () => {
      waiting.push(bookmark(definition, store.revision, false));
      wake?.();
      laterBookmark();
    });
  };
  if (wantsBookmarks) laterBookmark();
  signal.addEventListener('abort', end, { once: true });
  const close = (): void => {
    ended = true;
    unsubscribe();
    cancelEnd();
    cancelBookmark();
    signal.removeEventListener('abort', end);
  };
  if (signal.aborted) end();

  return (async function* frames() {
    try {
      for (;;) {
        while (waiting.length > 0) {
          const frame = await shownFrame(context, definition, waiting.shift() as WatchFrame);
          yield frame;
          if (frame.type === 'ERROR') return;
        }
        if (ended) return;
        await new Promise<void>((resolve) => (wake = resolve));
      }
    } finally {
      close();
    }
  })();
}
