import { apiVersionOf, type KubeObject } from '@tidegate/kube';
import type { ResourceDefinition } from '../resources/resource-definition.js';
import { badRequest, expired } from './api-error.js';
import type { ApiContext } from './api-options.js';
import { resourceOf } from './registry.js';
import { type ObjectFilter, bothFilters, fieldFilter, labelFilter } from './selectors.js';

export interface ObjectListing {
  items: KubeObject[];
  revision: number;
  continue: string | undefined;
  remaining: number | undefined;
}

interface ContinueToken {
  rv: number;
  start: string;
}

const EXPIRED = 'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter.';

function readToken(text: string): ContinueToken {
  try {
    const token = JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as ContinueToken;
    if (Number.isInteger(token.rv) && typeof token.start === 'string') return token;
  } catch {
    // Falls through to the same answer.
  }
  throw badRequest('continue key is not valid: illegal base64 data or encoding');
}

export function filterOf(definition: ResourceDefinition, query: Readonly<Record<string, string>>): ObjectFilter | undefined {
  return bothFilters(labelFilter(query['labelSelector']), fieldFilter(query['fieldSelector'], definition.selectableFields));
}

const keyOfObject = ({ metadata }: KubeObject, namespaced: boolean): string => (namespaced ? `${metadata?.namespace ?? ''}/${metadata?.name ?? ''}` : (metadata?.name ?? ''));

/** A consistent list, in chunks when `limit` asks for it: later chunks show the state of the first. Throws 400 and 410. */
export function listObjects({ store }: ApiContext, definition: ResourceDefinition, namespace: string | undefined, query: Readonly<Record<string, string>>): ObjectListing {
  const filter = filterOf(definition, query);
  const limit = query['limit'] === undefined ? 0 : Number(query['limit']);
  if (!Number.isInteger(limit) || limit < 0) throw badRequest(`limit: Invalid value: ${JSON.stringify(query['limit'])}`);
  const token = query['continue'] ? readToken(query['continue']) : undefined;
  const exact = query['resourceVersionMatch'] === 'Exact' ? Number(query['resourceVersion']) : undefined;
  const revision = token?.rv ?? exact ?? store.revision;
  const prefix = definition.namespaced && namespace !== undefined ? `${namespace}/` : '';
  const all = revision === store.revision ? store.list(resourceOf(definition), prefix) : store.listAt(resourceOf(definition), prefix, revision);
  if (!all) throw expired(EXPIRED);
  const rest = token ? all.filter((o) => keyOfObject(o, definition.namespaced) >= token.start) : all;
  const matching = filter ? rest.filter(filter) : rest;
  const items = limit > 0 ? matching.slice(0, limit) : matching;
  const next = matching[items.length];
  const apiVersion = apiVersionOf(definition);
  return {
    items: items.map((o) => (o.apiVersion === apiVersion ? o : { ...o, apiVersion, kind: definition.kind })),
    revision,
    continue: next && Buffer.from(JSON.stringify({ rv: revision, start: keyOfObject(next, definition.namespaced) })).toString('base64url'),
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
