import type { IncomingHttpHeaders } from 'node:http';
import type { CredentialScope } from '@tidegate/access';

/** What a request asks of the Kubernetes API, in the words of RBAC. */
export interface PlannedCall {
  /** Path and query as they are passed on. */
  target: string;
  /** What the credential must allow, besides what RBAC decides. */
  scopes: readonly CredentialScope[];
  verb: string;
  /** Absent for discovery, versions and health. */
  object?: { group: string; resource: string; subresource?: string | undefined; namespace?: string | undefined; name?: string | undefined };
  /** Only asks about the caller's own rights, or who he is. */
  asksOnly: boolean;
  /** Goes on until somebody ends it. */
  isStream: boolean;
  /** Whether it is recorded: it changes something, or opens a way into a pod. */
  isRecorded: boolean;
}

const TERMINAL = new Set(['exec', 'attach', 'portforward']);
const READS = new Set(['get', 'list', 'watch']);
/** Posted, but only asked: about one's own rights, and about oneself. */
const QUESTIONS = /^(authorization|authentication)\.k8s\.io$/;
const VERBS: Record<string, [one: string, many: string]> = {
  GET: ['get', 'list'],
  HEAD: ['get', 'list'],
  POST: ['create', 'create'],
  PUT: ['update', 'update'],
  PATCH: ['patch', 'patch'],
  DELETE: ['delete', 'deletecollection'],
};
const LONGEST_TARGET = 16 * 1024;

/** Undefined for what no client of a Kubernetes API asks: strange methods, and paths that two readers could read in two ways. */
export function planCall(method: string, url: string): PlannedCall | undefined {
  const verbs = VERBS[method];
  const parsed = url.startsWith('/') && url.length <= LONGEST_TARGET ? URL.parse(`https://proxy.invalid${url}`) : null;
  const segments = parsed && readSegments(parsed.pathname);
  if (!verbs || !parsed || !segments) return undefined;
  const target = parsed.pathname + parsed.search;
  const object = objectIn(segments);
  const isOn = (name: string): boolean => ['true', '1'].includes(parsed.searchParams.get(name) ?? '') || (parsed.searchParams.get(name) === '' && parsed.searchParams.has(name));
  if (!object) {
    const isRead = verbs[0] === 'get';
    return { target, verb: isRead ? 'get' : verbs[0], scopes: isRead ? ['kubernetes'] : ['kubernetes', 'write'], asksOnly: false, isStream: false, isRecorded: !isRead };
  }
  const isWatch = verbs[0] === 'get' && (isOn('watch') || segments.includes('watch'));
  const verb = isWatch ? 'watch' : object.name === undefined ? verbs[1] : verbs[0];
  const isTerminal = TERMINAL.has(object.subresource ?? '');
  const isProxied = object.subresource === 'proxy';
  const asksOnly = method === 'POST' && QUESTIONS.test(object.group);
  const isRead = READS.has(verb) || asksOnly;
  const changes = !isRead || isProxied;
  return {
    target,
    verb,
    object,
    asksOnly,
    scopes: ['kubernetes', ...(isTerminal ? (['terminal'] as const) : changes ? (['write'] as const) : [])],
    isStream: isWatch || isTerminal || isProxied || (object.subresource === 'log' && isOn('follow')),
    isRecorded: isTerminal || changes,
  };
}

/** Decoded, or undefined when a segment is empty, is a step up, or holds a slash once it is decoded. */
function readSegments(pathname: string): string[] | undefined {
  const raw = pathname.replace(/^\//, '').replace(/\/$/, '').split('/');
  const decoded = raw.map((segment) => {
    try {
      return decodeURIComponent(segment);
    } catch {
      return '/';
    }
  });
  if (pathname === '/') return [];
  return decoded.some((s) => s === '' || s === '.' || s === '..' || /[/\\\0]/.test(s)) ? undefined : decoded;
}

function objectIn(segments: readonly string[]): PlannedCall['object'] {
  const [root, ...rest] = segments;
  const inGroup = root === 'apis' ? rest.slice(2) : root === 'api' ? rest.slice(1) : [];
  const group = root === 'apis' ? (rest[0] ?? '') : '';
  const path = inGroup[0] === 'watch' ? inGroup.slice(1) : inGroup;
  if (path.length === 0) return undefined;
  if (path[0] === 'namespaces' && path.length > 2 && !['status', 'finalize'].includes(path[2] ?? '')) {
    const [, namespace, resource = '', name, subresource] = path;
    return { group, resource, namespace, name, subresource };
  }
  const [resource = '', name, subresource] = path;
  // A namespace is inside itself for RBAC.
  return { group, resource, name, subresource, namespace: group === '' && resource === 'namespaces' ? name : undefined };
}

/** Of one hop, of other identities, or of ours: none of them is passed on. */
const NOT_PASSED = /^(host|connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|authorization|cookie|expect|forwarded|x-forwarded-.*|x-real-ip|x-remote-.*|impersonate-.*|x-tidegate-.*)$/;
/** By which browsers tell a token in a WebSocket's protocols. */
const BEARER_PROTOCOL = /^base64url\.bearer\.authorization\.k8s\.io\./i;

/** What is passed on of a client's headers: who asks is told by the proxy alone. */
export function passedHeaders(headers: IncomingHttpHeaders): Record<string, string | string[]> {
  const passed: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(headers)) if (value !== undefined && !NOT_PASSED.test(name)) passed[name] = value;
  const protocols = headers['sec-websocket-protocol'];
  if (protocols !== undefined) {
    passed['sec-websocket-protocol'] = protocols
      .split(',')
      .map((p) => p.trim())
      .filter((p) => !BEARER_PROTOCOL.test(p))
      .join(', ');
  }
  return passed;
}
