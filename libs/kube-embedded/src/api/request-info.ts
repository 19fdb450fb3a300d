/** What a path and method ask for, in Kubernetes' words. */
export type RequestInfo =
  | { isResource: false; path: string; verb: string }
  | {
      isResource: true;
      group: string;
      version: string;
      namespace: string | undefined;
      plural: string;
      name: string | undefined;
      subresource: string | undefined;
      /** What follows the subresource, e.g. a proxied path. */
      rest: string;
      verb: string;
    };

const WITH_NAME: Record<string, string> = { GET: 'get', PUT: 'update', PATCH: 'patch', DELETE: 'delete', POST: 'create' };
const WITHOUT_NAME: Record<string, string> = { GET: 'list', POST: 'create', DELETE: 'deletecollection', PUT: 'update', PATCH: 'patch' };
/** Subresources of a Namespace; anything else below a namespace's name is a resource in it. */
const NAMESPACE_SUBRESOURCES = new Set(['status', 'finalize']);

/** Reads /api/v1/... and /apis/GROUP/VERSION/...; undefined parts when the path is a discovery document or something else. */
export function readRequest(method: string, path: string, query: Readonly<Record<string, string>>): RequestInfo {
  const parts = path
    .split('/')
    .filter((p) => p !== '')
    .map(decode);
  const other: RequestInfo = { isResource: false, path, verb: method.toLowerCase() };
  const core = parts[0] === 'api';
  if (!core && parts[0] !== 'apis') return other;
  const head = core ? 2 : 3;
  if (parts.length <= head) return other;
  const group = core ? '' : (parts[1] as string);
  const version = parts[head - 1] as string;
  let rest = parts.slice(head);
  let namespace: string | undefined;
  if (rest[0] === 'namespaces' && rest.length > 2 && !(group === '' && NAMESPACE_SUBRESOURCES.has(rest[2] as string))) {
    namespace = rest[1];
    rest = rest.slice(2);
  }
  const [plural = '', name, subresource, ...more] = rest;
  const watching = query['watch'] === 'true' || query['watch'] === '1';
  let verb = (name === undefined ? WITHOUT_NAME : WITH_NAME)[method] ?? method.toLowerCase();
  if (method === 'GET' && name === undefined && watching) verb = 'watch';
  return { isResource: true, group, version, namespace, plural, name, subresource, rest: more.join('/'), verb };
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
