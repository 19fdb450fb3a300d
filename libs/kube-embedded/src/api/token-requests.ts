import type { BoundObject, ServiceAccountTokens } from '../auth/authenticate.js';
import { TOKEN_ISSUER } from '../auth/authenticate.js';
import { invalidValue } from '../schema/field-errors.js';
import { isJsonObject, type JsonObject, numberAt, objectAt, textAt, textsAt } from '@tidegate/kube/json';
import { badRequest, conflict, invalid, methodNotAllowed, notFound } from './api-error.js';
import type { ApiContext, SpecialAnswer, SpecialRequest } from './api-options.js';
import { timestamp } from './object-metadata.js';

const GROUP = 'authentication.k8s.io';
const SHORTEST_S = 600;
const LONGEST_S = 2 ** 32;
const DEFAULT_S = 3600;

const PLURALS: Record<BoundObject['kind'], string> = { Pod: 'pods', Secret: 'secrets', Node: 'nodes' };
const isBindable = (kind: string): kind is BoundObject['kind'] => Object.hasOwn(PLURALS, kind);

/** The object that a token is to live and die with. Throws 400, 404 and 409. */
function boundObject({ store }: ApiContext, namespace: string, account: string, ref: JsonObject | undefined): BoundObject | undefined {
  if (!ref) return undefined;
  const [apiVersion, kind, name, uid] = ['apiVersion', 'kind', 'name', 'uid'].map((key) => textAt(ref, key)) as [string, string, string, string];
  if (apiVersion !== 'v1' || !isBindable(kind)) {
    const [version = '', group = ''] = apiVersion.split('/').reverse();
    throw badRequest(`cannot bind token to object of type ${group}/${version}, Kind=${kind}`);
  }
  const plural = PLURALS[kind];
  const found = store.get(`/${plural}`, kind === 'Node' ? name : `${namespace}/${name}`);
  if (!found?.metadata?.uid) throw notFound({ group: '', plural }, name);
  if (uid !== '' && uid !== found.metadata.uid)
    throw conflict({ group: '', plural }, name, `the UID in the bound object reference (${uid}) does not match the UID in record. The object might have been deleted and then recreated`);
  const owner = kind === 'Pod' && isJsonObject(found) ? textAt(objectAt(found, 'spec'), 'serviceAccountName') || 'default' : account;
  if (owner !== account) throw badRequest(`cannot bind token for serviceaccount "${account}" to pod running with different serviceaccount name.`);
  return { kind, name, uid: found.metadata.uid };
}

function lifeErrors(seconds: number) {
  if (seconds < SHORTEST_S) return [invalidValue('spec.expirationSeconds', seconds, 'may not specify a duration less than 10 minutes')];
  return seconds > LONGEST_S ? [invalidValue('spec.expirationSeconds', seconds, 'may not specify a duration larger than 2^32 seconds')] : [];
}

/** POST serviceaccounts/token. Throws ApiError. */
export async function requestToken(context: ApiContext, tokens: ServiceAccountTokens, request: SpecialRequest): Promise<SpecialAnswer> {
  const { object, namespace, name, definition, body } = request;
  if (request.method !== 'POST') throw methodNotAllowed();
  if (!object?.metadata?.uid || namespace === undefined) throw notFound(definition, name);
  const spec = objectAt(isJsonObject(body) ? body : undefined, 'spec');
  const seconds = numberAt(spec, 'expirationSeconds') ?? DEFAULT_S;
  const errors = lifeErrors(seconds);
  if (errors.length > 0) throw invalid({ group: GROUP, kind: 'TokenRequest' }, '', errors);
  const ref = objectAt(spec, 'boundObjectRef');
  const bound = boundObject(context, namespace, name, ref);
  const audiences = textsAt(spec, 'audiences');
  const { token, expiresAtMs } = tokens.issue({ namespace, name, uid: object.metadata.uid, seconds, audiences, bound });
  return Promise.resolve({
    status: 201,
    body: {
      kind: 'TokenRequest',
      apiVersion: `${GROUP}/v1`,
      metadata: { name, namespace, uid: object.metadata.uid, creationTimestamp: timestamp(context.clock.now()) },
      spec: { audiences: audiences.length > 0 ? audiences : [TOKEN_ISSUER], expirationSeconds: seconds, boundObjectRef: ref ?? null },
      status: { token, expirationTimestamp: timestamp(expiresAtMs) },
    },
  });
}
