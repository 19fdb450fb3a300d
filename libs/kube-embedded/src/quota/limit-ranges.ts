import { compareQuantities, parseQuantity } from '@tidegate/kube';
import { type JsonObject, ensureObject, objectAt, objectsAt, textAt } from '@tidegate/kube/json';
import { allContainers, amountsAt, podAmounts, type Amounts } from '@tidegate/kube/quota';


const limitsOf = (range: JsonObject): JsonObject[] => objectsAt(objectAt(range, 'spec'), 'limits');

function textsOf(limit: JsonObject, key: string): [string, string][] {
  return Object.entries(objectAt(limit, key) ?? {}).flatMap(([name, text]): [string, string][] =>
    typeof text === 'string' || typeof text === 'number' ? [[name, String(text)]] : [],
  );
}

/** In place: what containers do not say themselves, from the ranges of their namespace. Says in an annotation what it set. */
export function setLimitDefaults(pod: JsonObject, ranges: readonly JsonObject[]): void {
  const said: string[] = [];
  for (const range of ranges) {
    const limits = limitsOf(range).filter((limit) => limit.type === 'Container');
    const defaults = {
      requests: limits.flatMap((limit) => textsOf(limit, 'defaultRequest')),
      limits: limits.flatMap((limit) => textsOf(limit, 'default')),
    };
    for (const [list, what] of [
      ['containers', 'container'],
      ['initContainers', 'init container'],
    ] as const)
      for (const container of objectsAt(objectAt(pod, 'spec'), list)) said.push(...fillContainer(container, what, defaults));
  }
  if (said.length === 0) return;
  const annotations = ensureObject(ensureObject(pod, 'metadata'), 'annotations');
  annotations['kubernetes.io/limit-ranger'] = `LimitRanger plugin set: ${said.join('; ')}`;
}

function fillContainer(container: JsonObject, what: string, defaults: Record<'requests' | 'limits', [string, string][]>): string[] {
  const said: string[] = [];
  for (const key of ['requests', 'limits'] as const) {
    const missing = defaults[key].filter(([name]) => objectAt(container, 'resources', key)?.[name] === undefined);
    if (missing.length === 0) continue;
    Object.assign(ensureObject(ensureObject(container, 'resources'), key), Object.fromEntries(missing));
    const names = missing.map(([name]) => name).sort();
    said.push(`${names.join(', ')} ${key === 'requests' ? 'request' : 'limit'} for ${what} ${textAt(container, 'name')}`);
  }
  return said;
}

interface Taken {
  requests: Amounts;
  limits: Amounts;
}

const isLess = (a: string, b: string): boolean => compareQuantities(a, b) < 0;

function below(type: string, name: string, min: string, { requests, limits }: Taken): string | undefined {
  const [request, limit] = [requests[name], limits[name]];
  const rule = `minimum ${name} usage per ${type} is ${min}`;
  if (request === undefined) return `${rule}.  No request is specified`;
  if (isLess(request, min)) return `${rule}, but request is ${request}`;
  return limit !== undefined && isLess(limit, min) ? `${rule}, but limit is ${limit}` : undefined;
}

function above(type: string, name: string, max: string, { requests, limits }: Taken): string | undefined {
  const [request, limit] = [requests[name], limits[name]];
  const rule = `maximum ${name} usage per ${type} is ${max}`;
  if (limit === undefined) return `${rule}.  No limit is specified`;
  if (isLess(max, limit)) return `${rule}, but limit is ${limit}`;
  return request !== undefined && isLess(max, request) ? `${rule}, but request is ${request}` : undefined;
}

function tooFarApart(type: string, name: string, ratio: string, { requests, limits }: Taken): string | undefined {
  const nano = (text: string | undefined): number => Number(parseQuantity(text ?? '0')?.nano ?? 0n);
  const [request, limit, allowed] = [nano(requests[name]), nano(limits[name]), nano(ratio) / 1e9];
  const rule = `${name} max limit to request ratio per ${type} is ${ratio}`;
  if (request === 0) return `${rule}, but no request is specified or request is 0`;
  if (limit === 0) return `${rule}, but no limit is specified or limit is 0`;
  return limit / request > allowed ? `${rule}, but provided ratio is ${(limit / request).toFixed(6)}` : undefined;
}

function complaints(limit: JsonObject, taken: Taken): string[] {
  const type = textAt(limit, 'type');
  return [
    ...textsOf(limit, 'min').map(([name, min]) => below(type, name, min, taken)),
    ...textsOf(limit, 'max').map(([name, max]) => above(type, name, max, taken)),
    ...textsOf(limit, 'maxLimitRequestRatio').map(([name, ratio]) => tooFarApart(type, name, ratio, taken)),
  ].filter((text) => text !== undefined);
}

/** What a pod takes at its most. */
function wholePod(pod: JsonObject): Taken {
  return { requests: podAmounts(pod, 'requests'), limits: podAmounts(pod, 'limits') };
}

/** Kubernetes' sentences about what lies outside the ranges, of the first range that has any. Source: plugin/pkg/admission/limitranger. */
export function podLimitRefusal(pod: JsonObject, ranges: readonly JsonObject[]): string | undefined {
  for (const range of ranges) {
    const found = limitsOf(range).flatMap((limit) => {
      if (limit.type === 'Pod') return complaints(limit, wholePod(pod));
      if (limit.type !== 'Container') return [];
      return allContainers(pod).flatMap((container) =>
        complaints(limit, { requests: amountsAt(container, 'requests'), limits: amountsAt(container, 'limits') }),
      );
    });
    if (found.length > 0) return listed(found);
  }
  return undefined;
}

export function claimLimitRefusal(claim: JsonObject, ranges: readonly JsonObject[]): string | undefined {
  const requests = amountsAt({ resources: objectAt(claim, 'spec', 'resources') ?? {} }, 'requests');
  for (const range of ranges) {
    const found = limitsOf(range)
      .filter((limit) => limit.type === 'PersistentVolumeClaim')
      .flatMap((limit) => [
        ...textsOf(limit, 'min').map(([name, min]) => below('PersistentVolumeClaim', name, min, { requests, limits: {} })),
        ...textsOf(limit, 'max').map(([name, max]) => aboveRequest(name, max, requests)),
      ])
      .filter((text) => text !== undefined);
    if (found.length > 0) return listed(found);
  }
  return undefined;
}

function aboveRequest(name: string, max: string, requests: Amounts): string | undefined {
  const request = requests[name];
  const rule = `maximum ${name} usage per PersistentVolumeClaim is ${max}`;
  if (request === undefined) return `${rule}.  No request is specified`;
  return isLess(max, request) ? `${rule}, but request is ${request}` : undefined;
}

/** As Go's aggregate of errors prints itself: each once, several in brackets. */
function listed(texts: string[]): string {
  const once = [...new Set(texts)];
  return once.length === 1 ? (once[0] ?? '') : `[${once.join(', ')}]`;
}

