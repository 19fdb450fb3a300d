import type { AccessRequest, UserInfo } from '../auth/rbac.js';
import { validateByAdmission } from './admission.js';
import { badRequest, notFound } from './api-error.js';
import type { ApiContext } from './api-options.js';
import { readRequest } from './request-info.js';

/** Where a proxied request goes. */
export interface ProxyTarget {
  secure: boolean;
  host: string;
  port: number;
  /** Begins with a slash; as the client wrote it, without query. */
  path: string;
  /** What stands before `path` on this server, for redirects. */
  prefix: string;
}

export interface IncomingProxyRequest {
  method: string;
  path: string;
  user: UserInfo;
}

type Authorize = (user: UserInfo, request: AccessRequest, of: { group: string; plural: string }, name: string) => void;

const PATH = /^(\/api\/v1\/namespaces\/[^/]+\/(?:pods|services)\/[^/]+\/proxy)(\/.*)?$/;
const KINDS: Record<string, string> = { pods: 'PodProxyOptions', services: 'ServiceProxyOptions' };

/** The target of `pods/NAME/proxy/...` and `services/NAME/proxy/...`; undefined for every other path. Throws ApiError. */
export async function proxyTarget(context: ApiContext, authorize: Authorize, { method, path, user }: IncomingProxyRequest): Promise<ProxyTarget | undefined> {
  const [, prefix = '', rest = '/'] = PATH.exec(path) ?? [];
  const info = readRequest(method, path, {});
  if (prefix === '' || !info.isResource || info.name === undefined) return undefined;
  const { plural, namespace, name } = info;
  const find = context.hooks.proxies?.[`/${plural}/proxy`];
  const definition = context.registry.find('', 'v1', plural);
  if (!find || !definition) return undefined;
  authorize(user, { verb: info.verb, group: '', resource: plural, subresource: 'proxy', namespace, name }, { group: '', plural }, name);
  const named = splitName(name);
  if (!named) throw badRequest(`invalid ${plural.slice(0, -1)} request "${name}"`);
  const object = context.store.get(`/${plural}`, `${namespace ?? ''}/${named.name}`);
  if (!object) throw notFound(definition, named.name);
  await validateByAdmission(context, {
    definition: { ...definition, kind: KINDS[plural] ?? definition.kind },
    operation: 'CONNECT',
    subresource: 'proxy',
    namespace,
    name: named.name,
    object: { apiVersion: 'v1', kind: KINDS[plural] ?? '', ...{ path: rest } },
    previous: undefined,
    options: { user, fieldManager: '', dryRun: false, fieldValidation: 'Ignore', warnings: [] },
  });
  return { ...find({ object, id: name, port: named.port }), secure: named.scheme === 'https', path: rest, prefix };
}

/** `name`, `name:port` or `scheme:name:port`; undefined for anything else. */
export function splitName(text: string): { scheme: string; name: string; port: string } | undefined {
  const parts = text.split(':');
  const [scheme = '', name = '', port = ''] = parts.length === 1 ? ['', parts[0]] : parts.length === 2 ? ['', ...parts] : parts;
  if (parts.length > 3 || name === '' || !['', 'http', 'https'].includes(scheme)) return undefined;
  return { scheme, name, port };
}
