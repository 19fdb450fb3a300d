import type { HttpRouteFilter, PathModifier, RequestMirror } from '@tidegate/mesh-contract';
import { type HeaderChanges, NO_CHANGES, mergeHeaderChanges, readHeaderModifier } from './header-changes.js';
import { readBackendRef } from './read-backend-ref.js';
import type { Effects, MirrorModel, PathRewrite, RedirectModel } from './rule-model.js';

export const NO_EFFECTS: Effects = { requestHeaders: NO_CHANGES, responseHeaders: NO_CHANGES, mirrors: [] };

export interface FilterReading {
  effects: Effects;
  redirect?: RedirectModel;
  /** The first thing that cannot be done. Requests are then refused rather than served without the filter. */
  problem?: { reason: 'UnsupportedValue' | 'IncompatibleFilters'; message: string };
}

/** GRPCRoute filters are a subset, so they are read by the same function. */
export function readFilters(filters: readonly HttpRouteFilter[] | undefined): FilterReading {
  if (!filters || filters.length === 0) return { effects: NO_EFFECTS };
  const effects: Effects & { mirrors: MirrorModel[] } = { ...NO_EFFECTS, mirrors: [] };
  const reading: FilterReading = { effects };
  const seen = new Set<string>();
  for (const filter of filters) {
    if (filter.type !== 'RequestMirror' && seen.has(filter.type)) {
      reading.problem ??= { reason: 'IncompatibleFilters', message: `filter ${filter.type} is given twice; merge the two` };
    }
    seen.add(filter.type);
    const problem = textProblem(filter) ?? applyFilter(filter, effects, reading);
    if (problem) reading.problem ??= { reason: 'UnsupportedValue', message: problem };
  }
  if (seen.has('RequestRedirect') && seen.has('URLRewrite')) {
    reading.problem ??= { reason: 'IncompatibleFilters', message: 'RequestRedirect and URLRewrite exclude each other; keep one' };
  }
  return reading;
}

/** Line breaks and the like would make a proxy refuse the whole table of routes. */
const CONTROL = /[\u0000-\u001f\u007f]/;
const HEADER_NAME = /^[A-Za-z0-9!#$%&'*+\-.^_`|~]+$/;
const HOST = /^[A-Za-z0-9]([-A-Za-z0-9.]*[A-Za-z0-9])?$/;

function textProblem(filter: HttpRouteFilter): string | undefined {
  const { requestHeaderModifier, responseHeaderModifier, urlRewrite, requestRedirect } = filter;
  for (const modifier of [requestHeaderModifier, responseHeaderModifier]) {
    for (const { name, value } of [...(modifier?.set ?? []), ...(modifier?.add ?? [])]) {
      if (!HEADER_NAME.test(name)) return `"${name}" is not a header name`;
      if (CONTROL.test(value)) return `the value of header ${name} has a control character; remove it`;
    }
    const bad = modifier?.remove?.find((name) => !HEADER_NAME.test(name));
    if (bad !== undefined) return `"${bad}" is not a header name`;
  }
  for (const part of [urlRewrite, requestRedirect]) {
    if (part?.hostname !== undefined && !HOST.test(part.hostname)) return `"${part.hostname}" is not a host name`;
    const path = part?.path?.replaceFullPath ?? part?.path?.replacePrefixMatch ?? '/';
    if (CONTROL.test(path) || (path !== '' && !path.startsWith('/'))) return `the new path "${path}" must start with /`;
  }
  return undefined;
}

function applyFilter(filter: HttpRouteFilter, effects: Effects & { mirrors: MirrorModel[] }, reading: FilterReading): string | undefined {
  switch (filter.type) {
    case 'RequestHeaderModifier': {
      const changes = withoutHost(readHeaderModifier(filter.requestHeaderModifier ?? {}), effects);
      if (changes.problem) return changes.problem;
      effects.requestHeaders = mergeHeaderChanges(effects.requestHeaders, changes.changes);
      return undefined;
    }
    case 'ResponseHeaderModifier':
      effects.responseHeaders = mergeHeaderChanges(effects.responseHeaders, readHeaderModifier(filter.responseHeaderModifier ?? {}));
      return undefined;
    case 'RequestMirror':
      return applyMirror(filter.requestMirror, effects.mirrors);
    case 'URLRewrite':
      if (filter.urlRewrite?.hostname !== undefined) effects.rewriteHost = filter.urlRewrite.hostname;
      if (filter.urlRewrite?.path) effects.rewritePath = readPathModifier(filter.urlRewrite.path);
      return undefined;
    case 'RequestRedirect': {
      const { scheme, hostname, port, path, statusCode = 302 } = filter.requestRedirect ?? {};
      reading.redirect = { scheme, hostname, port, statusCode, ...(path ? { path: readPathModifier(path) } : {}) };
      return undefined;
    }
    case 'CORS':
      effects.cors = filter.cors ?? {};
      return undefined;
    case 'ExtensionRef':
      return 'ExtensionRef filters are not supported; use the filters of the Gateway API';
  }
}

/** Envoy sets the host by another field than headers. */
function withoutHost(changes: HeaderChanges, effects: Effects): { changes: HeaderChanges; problem?: string } {
  if (changes.remove.has('host') || changes.add.some((h) => h.name === 'host')) {
    return { changes, problem: 'the Host header can be set, but neither added to nor removed' };
  }
  const host = changes.set.get('host');
  if (host === undefined) return { changes };
  effects.rewriteHost = host;
  const set = new Map(changes.set);
  set.delete('host');
  return { changes: { ...changes, set } };
}

function applyMirror(mirror: RequestMirror | undefined, mirrors: MirrorModel[]): string | undefined {
  if (!mirror) return 'RequestMirror has no requestMirror field';
  const { percent, fraction } = mirror;
  if (percent !== undefined && fraction !== undefined) return 'RequestMirror takes percent or fraction, not both';
  const share = fraction ? fraction.numerator / (fraction.denominator ?? 100) : (percent ?? 100) / 100;
  if (!(share >= 0 && share <= 1)) return `RequestMirror asks for a share of ${share}; it must be between 0 and 1`;
  mirrors.push({ ref: readBackendRef(mirror.backendRef), share });
  return undefined;
}

function readPathModifier(path: PathModifier): PathRewrite {
  return path.type === 'ReplaceFullPath'
    ? { type: 'full', value: path.replaceFullPath || '/' }
    : { type: 'prefix', value: path.replacePrefixMatch ?? '/' };
}
