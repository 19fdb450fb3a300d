import { causeChain } from '@tidegate/kernel';
import type { KubeObject } from '@tidegate/kube';
import type { CertificateAuthority } from '../auth/certificates.js';
import { type UserInfo, isAllowed } from '../auth/rbac.js';
import type { ResourceDefinition } from '../resources/resource-definition.js';
import { ensureObject, type JsonObject, jsonOf, numberAt, objectAt, objectsAt, textAt } from '@tidegate/kube/json';
import { forbidden } from './api-error.js';
import type { ApiContext } from './api-options.js';
import { timestamp } from './object-metadata.js';
import { rbacSource } from './rbac-objects.js';

const GROUP = 'certificates.k8s.io';
const RESOURCE = `${GROUP}/certificatesigningrequests`;
/** The one signer that is this API's own: certificates of its clients. */
const CLIENTS = 'kubernetes.io/kube-apiserver-client';
const DEFAULT_S = 365 * 24 * 3600;

export const isSigningRequest = ({ group, plural }: Pick<ResourceDefinition, 'group' | 'plural'>): boolean => `${group}/${plural}` === RESOURCE;

/** In place: who asks is told by the server. */
export function noteRequester(object: KubeObject, user: UserInfo): void {
  const spec = ensureObject(jsonOf(object), 'spec');
  for (const key of ['username', 'uid', 'groups', 'extra']) delete spec[key];
  spec.username = user.name;
  spec.groups = [...user.groups];
  if (user.uid) spec.uid = user.uid;
  if (user.extra) spec.extra = Object.fromEntries(Object.entries(user.extra).map(([key, values]) => [key, [...values]]));
}

/** Approval takes a right on the signer as well. Throws 403. */
export function checkApprover({ store }: ApiContext, definition: ResourceDefinition, object: KubeObject, user: UserInfo): void {
  const signer = textAt(objectAt(jsonOf(object), 'spec'), 'signerName');
  const source = rbacSource(store);
  const names = [signer, `${signer.split('/')[0] ?? ''}/*`];
  if (names.some((name) => isAllowed(user, { verb: 'approve', group: GROUP, resource: 'signers', name }, source))) return;
  throw forbidden(definition, object.metadata?.name ?? '', `user not permitted to approve requests with signerName "${signer}"`);
}

/** Signs approved requests for clients of this API. Those of other signers wait for theirs. */
export class SigningRequests {
  private readonly stopListening: () => void;
  private readonly underWay = new Set<string>();

  constructor(
    private readonly context: ApiContext,
    private readonly authority: CertificateAuthority,
  ) {
    this.stopListening = context.store.onChange(({ resource, type, object }) => {
      if (resource === RESOURCE && type !== 'deleted') void this.look(object);
    });
    for (const object of context.store.list(RESOURCE, '')) void this.look(object);
  }

  stop(): void {
    this.stopListening();
  }

  private async look(object: KubeObject): Promise<void> {
    const name = object.metadata?.name ?? '';
    if (!isDue(jsonOf(object)) || this.underWay.has(name)) return;
    this.underWay.add(name);
    try {
      await this.sign(name, objectAt(jsonOf(object), 'spec') ?? {});
    } catch (error) {
      this.context.log.warn({ request: name, error: causeChain(error) }, 'a signing request was not answered');
    } finally {
      this.underWay.delete(name);
    }
  }

  private async sign(name: string, spec: JsonObject): Promise<void> {
    const { store, clock } = this.context;
    const pem = Buffer.from(textAt(spec, 'request'), 'base64').toString('latin1');
    const seconds = numberAt(spec, 'expirationSeconds') ?? DEFAULT_S;
    const outcome = await this.authority.signClient(pem, clock.now(), seconds);
    await store.write(RESOURCE, name, (current) => {
      if (!current || !isDue(jsonOf(current))) return { keep: current ?? {} };
      const status = objectAt(jsonOf(current), 'status') ?? {};
      const at = timestamp(clock.now());
      const failed: JsonObject = { type: 'Failed', status: 'True', reason: 'SignerValidationFailure', message: outcome.problem ?? '', lastUpdateTime: at, lastTransitionTime: at };
      const next =
        outcome.certificatePem === undefined
          ? { ...status, conditions: [...objectsAt(status, 'conditions'), failed] }
          : { ...status, certificate: Buffer.from(outcome.certificatePem).toString('base64') };
      return { put: { ...current, ...{ status: next } } };
    });
  }
}

function isDue(request: JsonObject): boolean {
  const status = objectAt(request, 'status');
  const types = objectsAt(status, 'conditions').map((condition) => textAt(condition, 'type'));
  const isOurs = textAt(objectAt(request, 'spec'), 'signerName') === CLIENTS;
  return isOurs && types.includes('Approved') && !types.includes('Denied') && !types.includes('Failed') && textAt(status, 'certificate') === '';
}
