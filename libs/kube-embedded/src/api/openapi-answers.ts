import { type OpenApiV2Document, openApiV2Document } from '../openapi/openapi-v2.js';
import { type OpenApiV3Document, openApiV3Document, openApiV3Index } from '../openapi/openapi-v3.js';
import type { Registry } from './registry.js';

/** Documents made so far, for the registry's present generation: at most one per group and version, and one of all in version 2. */
export interface OpenApi {
  whole?: Promise<OpenApiV2Document> | undefined;
  documents: Map<string, Promise<OpenApiV3Document>>;
  generation: number;
}

async function wholeDocument(cache: OpenApi, registry: Registry, serverVersion: string): Promise<OpenApiV2Document> {
  const paths = Object.keys(openApiV3Index(registry.all()).paths);
  const documents: OpenApiV3Document[] = [];
  for (const path of paths) {
    const document = await openApiAnswer(cache, registry, `/openapi/v3/${path}`, serverVersion);
    if (isDocument(document)) documents.push(document);
  }
  return openApiV2Document(documents, serverVersion);
}

const isDocument = (value: unknown): value is OpenApiV3Document => typeof value === 'object' && value !== null && 'components' in value;

/** /openapi/v2, /openapi/v3 and its documents, made when first asked for. Undefined for anything else. */
export async function openApiAnswer(cache: OpenApi, registry: Registry, path: string, serverVersion: string): Promise<unknown> {
  if (cache.generation !== registry.generation) {
    cache.documents.clear();
    cache.whole = undefined;
    cache.generation = registry.generation;
  }
  if (path === '/openapi/v2') return (cache.whole ??= wholeDocument(cache, registry, serverVersion));
  if (path === '/openapi/v3') return openApiV3Index(registry.all());
  const wanted = /^\/openapi\/v3\/(?:api\/([^/]+)|apis\/([^/]+)\/([^/]+))$/.exec(path);
  if (!wanted) return undefined;
  const [group, version] = wanted[1] === undefined ? [wanted[2], wanted[3]] : ['', wanted[1]];
  const mine = registry.all().filter((d) => d.group === group && d.version === version);
  if (mine.length === 0) return undefined;
  let document = cache.documents.get(path);
  if (!document) cache.documents.set(path, (document = openApiV3Document(mine, serverVersion)));
  return document;
}
