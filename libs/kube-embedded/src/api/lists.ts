import type { KubeObject } from '@tidegate/kube';
import type { ResourceDefinition } from '../resources/resource-definition.js';
import { ApiError, badRequest, expired } from './api-error.js';
import { checkListOptions } from './list-options.js';
import type { ApiContext } from './api-options.js';
import { resourceOf } from './registry.js';
import { type ObjectFilter, bothFilters, fieldFilter, labelFilter } from './selectors.js';

export interface ObjectListing {
  /** As they are stored. */
  items: KubeObject[];
  revision: number;
  continue: string | undefined;
  remaining: number | undefined;
}

interface ContinueToken {
  rv: number;
  start: string;
}

/** The answer carries a token for the rest as it is now, for clients that prefer an inconsistent list to a new one. */
function expiredChunk({ start }: ContinueToken): ApiError {
  const message =
    'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.';
  return new ApiError(410, 'Expired', message, undefined, { continue: tokenText({ rv: -1, start }) });
}

function tokenText(token: ContinueToken): string {
  return Buffer.from(JSON.stringify(token)).toString('base64url');
}

function readToken(text: string): ContinueToken {
  try {
    const token = JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as ContinueToken;
    if (Number.isInteger(token.rv) && typeof token.start === 'string') return token;
  } catch {
    // Falls through to the same answer.
  }
  throw badRequest('invalid continue token: continue key is not valid: illegal base64 data or encoding');
}

export function filterOf(definition: ResourceDefinition, query: Readonly<Record<string, string>>): ObjectFilter | undefined {
  return bothFilters(labelFilter(query['labelSelector']), fieldFilter(query['fieldSelector'], definition.selectableFields));
}

const keyOfObject = ({ metadata }: KubeObject, namespaced: boolean): string =>
  namespaced ? `${metadata?.namespace ?? ''}/${metadata?.name ?? ''}` : (metadata?.name ?? '');

/** A consistent list, in chunks when `limit` asks for it: later chunks show the state of the first. Throws 400 and 410. */
export function listObjects(
  { store }: ApiContext,
  definition: ResourceDefinition,
  namespace: string | undefined,
  query: Readonly<Record<string, string>>,
): ObjectListing {
  checkListOptions(query, store.revision);
  const filter = filterOf(definition, query);
  const limit = query['limit'] === undefined ? 0 : Number(query['limit']);
  const token = query['continue'] ? readToken(query['continue']) : undefined;
  const exact = query['resourceVersionMatch'] === 'Exact' ? Number(query['resourceVersion']) : undefined;
  const revision = token && token.rv > 0 ? token.rv : (exact ?? store.revision);
  const prefix = definition.namespaced && namespace !== undefined ? `${namespace}/` : '';
  const all =
    revision === store.revision ? store.list(resourceOf(definition), prefix) : store.listAt(resourceOf(definition), prefix, revision);
  if (!all) throw token ? expiredChunk(token) : expired(`The resourceVersion for the provided list is too old.`);
  const rest = token ? all.filter((o) => keyOfObject(o, definition.namespaced) >= token.start) : all;
  const matching = filter ? rest.filter(filter) : rest;
  const items = limit > 0 ? matching.slice(0, limit) : matching;
  const next = matching[items.length];
  return {
    items,
    revision,
    continue: next && tokenText({ rv: revision, start: keyOfObject(next, definition.namespaced) }),
    remaining: next && !filter ? matching.length - items.length : undefined,
  };
}

export function listMetadata(listing: ObjectListing): Record<string, unknown> {
  return {
    resourceVersion: String(listing.revision),
    ...(listing.continue === undefined ? {} : { continue: listing.continue }),
    ...(listing.remaining === undefined ? {} : { remainingItemCount: listing.remaining }),
  };
}
