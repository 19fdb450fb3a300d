import type { IncomingMessage } from 'node:http';
import type { Caller } from '@tidegate/access';
import { TidegateError } from '@tidegate/kernel';
import { TENANCY_GROUP } from '@tidegate/tenancy-contract';
import type { ClientAddress } from '../edge/client-address.js';
import type { People } from '../edge/people.js';
import type { RateLimit } from '../edge/rate-limit.js';
import { type PlannedCall, planCall } from './plan-call.js';
import { Refusal } from './status.js';

export interface AdmitOptions {
  people: People;
  clientAddress: ClientAddress;
  /** Of calls of one caller. */
  rate: RateLimit;
  now: () => number;
  workspaceOf: (namespace: string) => string | undefined;
}

/** Who asks for what, when he may ask here at all; RBAC decides in the API server. Throws Refusal. */
export async function admitCall(request: IncomingMessage, { people, clientAddress, rate, now, workspaceOf }: AdmitOptions): Promise<{ caller: Caller; call: PlannedCall }> {
  const { authorization } = request.headers;
  const address = clientAddress.of(request.socket.remoteAddress ?? '', request.headers['x-forwarded-for']);
  // Cookies count for nothing here: browsers send them for pages of others.
  const found = await people.authenticate({ authorization }, address).catch((error: unknown) => {
    throw new Refusal(503, error instanceof TidegateError ? error.message : 'Who you are cannot be found out at this moment.', 2);
  });
  if (!found) throw new Refusal(401, 'The token is missing, unknown or over: get a new kubeconfig.');
  const { caller } = found;
  const seconds = rate.take(caller.id, now());
  if (seconds > 0) throw new Refusal(429, 'Too many requests.', seconds);
  const call = planCall(request.method ?? '', request.url ?? '');
  if (!call) throw new Refusal(400, 'The method or the path is none of a Kubernetes API.');
  const missing = call.scopes.find((scope) => !caller.scopes.includes(scope));
  if (missing !== undefined) throw new Refusal(403, `This token was made without the scope "${missing}".`);
  if (caller.workspace !== undefined && isOutside(call, caller.workspace, workspaceOf)) throw new Refusal(403, `This token is bound to the workspace "${caller.workspace}".`);
  return { caller, call };
}

/** Everybody may look up which kinds there are, and ask what he may do. */
function isOutside({ object, verb, asksOnly }: PlannedCall, workspace: string, workspaceOf: AdmitOptions['workspaceOf']): boolean {
  if (!object) return verb !== 'get';
  if (asksOnly) return false;
  if (object.namespace !== undefined) return workspaceOf(object.namespace) !== workspace;
  return !(object.group === TENANCY_GROUP && object.resource === 'workspaces' && object.name === workspace);
}
