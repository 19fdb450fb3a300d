import { rmSync } from 'node:fs';
import path from 'node:path';
import { type Kind, type KubeObject, type RunningController, isAlreadyExists, isNotFound, keyOf, kinds, splitKey, startController } from '@tidegate/kube';
import { CLAIM_PROTECTION, VOLUME_PROTECTION } from '../admission/volume-claims.js';
import type { ControllerContext } from './controller-context.js';
import { type ClaimPlan, claimRefOf, planClaim, planVolume } from './plan-volumes.js';
import { type Volume, type VolumeClaim, standardClass, storageClasses, volumeClaims, volumes } from './volume-kinds.js';

const COMPLETED = { 'pv.kubernetes.io/bind-completed': 'yes' };
/** On the side that nobody but the controller has tied. */
const BY_CONTROLLER = { 'pv.kubernetes.io/bound-by-controller': 'yes' };

/** Binds claims to volumes, and makes folders in `dir` for those of our own class. */
export function startClaimController(context: ControllerContext, dir: string): RunningController {
  const { client, informers, events, clock, log, registry } = context;
  const claims = informers.informer(volumeClaims);
  const known = informers.informer(volumes);
  const classes = informers.informer(storageClasses);
  const pods = informers.informer(kinds.pods);

  async function reconcile(key: string): Promise<void> {
    const { namespace, name } = splitKey(key);
    const claim = claims.get(namespace, name);
    if (!claim) return;
    const storageClass = classes.get(undefined, claim.spec?.storageClassName ?? '');
    await apply(claim, planClaim({ claim, volumes: known.list(), storageClass, pods: pods.list(namespace), dir }));
  }

  async function apply(claim: VolumeClaim, plan: ClaimPlan): Promise<void> {
    switch (plan.do) {
      case 'nothing':
        return;
      case 'let go':
        return patch(context, volumeClaims, claim, { metadata: { finalizers: without(claim, CLAIM_PROTECTION) } });
      case 'provision':
        return provision(claim, plan.volume);
      case 'bind':
        return bind(claim, plan.volume);
      case 'grow':
        return patch(context, volumes, plan.volume, { spec: { capacity: { storage: plan.storage } } });
      case 'tell':
        return patch(context, volumeClaims, claim, { status: plan.status }, 'status');
      case 'wait':
        return events.record(claim, { type: plan.type, reason: plan.reason, message: plan.message });
    }
  }

  async function provision(claim: VolumeClaim, volume: Volume): Promise<void> {
    await client.create(volumes, volume).catch((error: unknown) => {
      if (!isAlreadyExists(error)) throw error;
    });
    await patch(context, volumeClaims, claim, nameVolume(claim, volume));
    events.record(claim, { type: 'Normal', reason: 'ProvisioningSucceeded', message: `Successfully provisioned volume ${volume.metadata?.name ?? ''}` });
  }

  /** The volume first: two claims cannot have it then. */
  async function bind(claim: VolumeClaim, volume: Volume): Promise<void> {
    const { resourceVersion } = volume.metadata ?? {};
    const annotations = volume.spec?.claimRef ? {} : BY_CONTROLLER;
    await patch(context, volumes, volume, { metadata: { resourceVersion, annotations }, spec: { claimRef: claimRefOf(claim) } });
    await patch(context, volumeClaims, claim, nameVolume(claim, volume));
  }

  return startController({
    name: 'embedded.volume-claims',
    clock,
    log,
    ...(registry ? { registry } : {}),
    reconcile,
    watches: [
      { informer: claims, toKeys: (claim) => [keyOf(claim)] },
      // A volume that comes may be what some claim waits for.
      { informer: known, toKeys: ({ spec }) => (spec?.claimRef ? [`${spec.claimRef.namespace}/${spec.claimRef.name}`] : waitingClaims()) },
      { informer: classes, toKeys: () => waitingClaims() },
      { informer: pods, toKeys: ({ metadata, spec }) => (spec?.volumes ?? []).flatMap((v) => (v.persistentVolumeClaim ? [`${metadata?.namespace}/${v.persistentVolumeClaim.claimName}`] : [])) },
    ],
  });

  function waitingClaims(): string[] {
    return claims
      .list()
      .filter(({ spec }) => !spec?.volumeName)
      .map(keyOf);
  }
}

/** Says what became of volumes, and removes those of our own that nobody claims any more, with their folders in `dir`. */
export function startVolumeController(context: ControllerContext, dir: string): RunningController {
  const { client, informers, clock, log, registry } = context;
  const known = informers.informer(volumes);
  const claims = informers.informer(volumeClaims);

  async function reconcile(name: string): Promise<void> {
    const volume = known.get(undefined, name);
    if (!volume) return;
    const { claimRef } = volume.spec ?? {};
    const plan = planVolume(volume, claimRef && claims.get(claimRef.namespace ?? '', claimRef.name ?? ''));
    switch (plan.do) {
      case 'nothing':
        return;
      case 'tell':
        return patch(context, volumes, volume, { status: { phase: plan.phase } }, 'status');
      case 'let go':
        return patch(context, volumes, volume, { metadata: { finalizers: without(volume, VOLUME_PROTECTION) } });
      case 'remove':
        rmSync(path.join(dir, name), { recursive: true, force: true });
        return client.delete(volumes, name, undefined, { uid: volume.metadata?.uid ?? '' });
    }
  }

  return startController({
    name: 'embedded.volumes',
    clock,
    log,
    ...(registry ? { registry } : {}),
    reconcile,
    watches: [
      { informer: known, toKeys: (volume) => [volume.metadata?.name ?? ''] },
      { informer: claims, toKeys: ({ spec }) => (spec?.volumeName ? [spec.volumeName] : []) },
    ],
  });
}

/** Makes the class of claims that name none, unless it is there. */
export async function publishStandardClass({ client }: Pick<ControllerContext, 'client'>): Promise<void> {
  await client.create(storageClasses, standardClass).catch((error: unknown) => {
    if (!isAlreadyExists(error)) throw error;
  });
}

function nameVolume(claim: VolumeClaim, { metadata }: Volume): object {
  return { metadata: { annotations: { ...COMPLETED, ...(claim.spec?.volumeName ? {} : BY_CONTROLLER) } }, spec: { volumeName: metadata?.name } };
}

const without = ({ metadata }: KubeObject, finalizer: string): string[] => (metadata?.finalizers ?? []).filter((name) => name !== finalizer);

async function patch<T extends KubeObject>({ client }: ControllerContext, kind: Kind<T>, object: T, body: object, subresource?: 'status'): Promise<void> {
  const { name = '', namespace, uid } = object.metadata ?? {};
  const own = 'metadata' in body && typeof body.metadata === 'object' ? body.metadata : {};
  try {
    await client.patch(kind, name, namespace, { type: 'merge', body: { ...body, metadata: { ...own, uid } } }, subresource ? { subresource } : undefined);
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}
