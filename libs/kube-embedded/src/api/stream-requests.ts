import type { KubeObject } from '@tidegate/kube';
import type { AccessRequest, UserInfo } from '../auth/rbac.js';
import type { StreamSession } from '../streaming/stream-session.js';
import { validateByAdmission } from './admission.js';
import { methodNotAllowed, notFound, pathNotFound } from './api-error.js';
import type { ApiContext } from './api-options.js';
import { readRequest } from './request-info.js';

/** A request to make its connection one of streams. */
export interface IncomingStreamRequest {
  method: string;
  path: string;
  /** Words like `command` come more than once. */
  parameters: URLSearchParams;
  user: UserInfo;
}

type Authorize = (user: UserInfo, request: AccessRequest, of: { group: string; plural: string }, name: string) => void;

/** The streams that a path stands for: exec, attach and port-forward of pods. Throws ApiError. */
export async function openStreams(context: ApiContext, authorize: Authorize, request: IncomingStreamRequest): Promise<StreamSession> {
  const { method, path, parameters, user } = request;
  const info = readRequest(method, path, {});
  const definition = info.isResource ? context.registry.find(info.group, info.version, info.plural) : undefined;
  if (!info.isResource || !definition || info.name === undefined || info.subresource === undefined) throw pathNotFound();
  const { group, plural, namespace, name, subresource } = info;
  // A websocket begins with GET, but what it does is no reading: Kubernetes asks for `create` as well.
  for (const verb of new Set([info.verb, 'create']))
    authorize(user, { verb, group, resource: plural, subresource, namespace, name }, { group, plural }, name);
  const open = context.hooks.streams?.[`${group}/${plural}/${subresource}`];
  if (!open) throw pathNotFound();
  if (method !== 'GET' && method !== 'POST') throw methodNotAllowed();
  const object = context.store.get(`${group}/${plural}`, definition.namespaced ? `${namespace ?? ''}/${name}` : name);
  if (!object) throw notFound(definition, name);
  const options = connectOptions(subresource, parameters);
  await validateByAdmission(context, {
    definition: { ...definition, kind: options.kind ?? definition.kind },
    operation: 'CONNECT',
    subresource,
    namespace,
    name,
    object: options,
    previous: undefined,
    options: { user, fieldManager: '', dryRun: false, fieldValidation: 'Ignore', warnings: [] },
  });
  return open({ namespace, name, parameters, object });
}

const KINDS: Record<string, string> = { exec: 'PodExecOptions', attach: 'PodAttachOptions', portforward: 'PodPortForwardOptions' };

/** The object that admission sees for a connection. */
function connectOptions(subresource: string, parameters: URLSearchParams): KubeObject {
  const options: Record<string, unknown> = { apiVersion: 'v1', kind: KINDS[subresource] ?? 'Status' };
  for (const flag of ['stdin', 'stdout', 'stderr', 'tty']) if (parameters.get(flag) === 'true') options[flag] = true;
  if (parameters.has('container')) options['container'] = parameters.get('container');
  if (parameters.has('command')) options['command'] = parameters.getAll('command');
  if (parameters.has('ports')) options['ports'] = parameters.getAll('ports').map(Number);
  return options;
}
