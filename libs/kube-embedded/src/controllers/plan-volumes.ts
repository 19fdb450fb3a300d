import path from 'node:path';
import { type Pod, parseQuantity, selectorMatches } from '@tidegate/kube';
import { CLAIM_PROTECTION, VOLUME_PROTECTION } from '../admission/volume-claims.js';
import { FOLDER_PROVISIONER, PROVISIONED_BY, type StorageClass, type Volume, type VolumeClaim, isOurs } from './volume-kinds.js';

/** What is to be done for a claim; one step at a time, the next change asks again. */
export type ClaimPlan =
  | { do: 'nothing' }
  /** Nobody uses it any more: it may go. */
  | { do: 'let go' }
  | { do: 'provision'; volume: Volume }
  /** Volume and claim name each other. */
  | { do: 'bind'; volume: Volume }
  | { do: 'grow'; volume: Volume; storage: string }
  | { do: 'tell'; status: NonNullable<VolumeClaim['status']> }
  | { do: 'wait'; type: 'Normal' | 'Warning'; reason: string; message: string };

export interface ClaimInput {
  claim: VolumeClaim;
  volumes: readonly Volume[];
  storageClass: StorageClass | undefined;
  pods: readonly Pod[];
  /** Folder in which each provisioned volume has its own. */
  dir: string;
}

const storageOf = (quantities: Record<string, string> | undefined): bigint => parseQuantity(quantities?.['storage'] ?? '0')?.nano ?? 0n;

const isFor = ({ spec }: Volume, { metadata }: VolumeClaim): boolean =>
  spec?.claimRef?.namespace === metadata?.namespace && spec?.claimRef?.name === metadata?.name && [undefined, '', metadata?.uid].includes(spec?.claimRef?.uid);

/** Pods that have or will have the claim mounted. */
function usedBy({ metadata }: VolumeClaim, pods: readonly Pod[]): boolean {
  return pods.some(
    ({ spec, status }) =>
      status?.phase !== 'Succeeded' && status?.phase !== 'Failed' && (spec?.volumes ?? []).some((volume) => volume.persistentVolumeClaim?.claimName === metadata?.name),
  );
}

/** Pure. */
export function planClaim(input: ClaimInput): ClaimPlan {
  const { claim, volumes, pods } = input;
  if (claim.metadata?.deletionTimestamp)
    return claim.metadata.finalizers?.includes(CLAIM_PROTECTION) && !usedBy(claim, pods) ? { do: 'let go' } : { do: 'nothing' };
  const named = claim.spec?.volumeName;
  if (!named) return planUnbound(input);
  const volume = volumes.find(({ metadata }) => metadata?.name === named);
  if (!volume) return claim.status?.phase === 'Bound' ? { do: 'tell', status: { ...claim.status, phase: 'Lost' } } : waiting(`volume "${named}" not found`);
  if (volume.spec?.claimRef && !isFor(volume, claim)) return waiting(`volume "${named}" already bound to a different claim.`);
  if (volume.spec?.claimRef?.uid !== claim.metadata?.uid) return { do: 'bind', volume };
  const wanted = claim.spec?.resources?.requests;
  if (isOurs(volume) && storageOf(wanted) > storageOf(volume.spec?.capacity)) return { do: 'grow', volume, storage: wanted?.['storage'] ?? '' };
  const status = { phase: 'Bound', accessModes: volume.spec?.accessModes ?? [], capacity: volume.spec?.capacity ?? {} };
  return isTold(claim, status) ? { do: 'nothing' } : { do: 'tell', status };
}

function isTold({ status }: VolumeClaim, wanted: NonNullable<VolumeClaim['status']>): boolean {
  return status?.phase === wanted.phase && status?.capacity?.['storage'] === wanted.capacity?.['storage'] && String(status?.accessModes) === String(wanted.accessModes);
}

const waiting = (message: string): ClaimPlan => ({ do: 'wait', type: 'Warning', reason: 'FailedBinding', message });

function planUnbound({ claim, volumes, storageClass, pods, dir }: ClaimInput): ClaimPlan {
  const free = volumes.filter((volume) => fits(volume, claim)).sort((a, b) => Number(storageOf(a.spec?.capacity) - storageOf(b.spec?.capacity)));
  // One that was kept for this claim goes before any other; then the smallest that is large enough.
  const found = free.find(({ spec }) => spec?.claimRef) ?? free[0];
  if (found) return { do: 'bind', volume: found };
  const wanted = claim.spec?.storageClassName;
  if (!wanted) return { do: 'wait', type: 'Normal', reason: 'FailedBinding', message: 'no persistent volumes available for this claim and no storage class is set' };
  if (!storageClass) return { do: 'wait', type: 'Warning', reason: 'ProvisioningFailed', message: `storageclass.storage.k8s.io "${wanted}" not found` };
  const { provisioner = '' } = storageClass;
  if (provisioner !== FOLDER_PROVISIONER) {
    const message = `Waiting for a volume to be created either by the external provisioner '${provisioner}' or manually by the system administrator. If volume creation is delayed, please verify that the provisioner is running and correctly registered.`;
    return { do: 'wait', type: 'Normal', reason: 'ExternalProvisioning', message };
  }
  if (claim.spec?.volumeMode === 'Block') return { do: 'wait', type: 'Warning', reason: 'ProvisioningFailed', message: 'a folder is no block device: ask for volumeMode Filesystem' };
  if (storageClass.volumeBindingMode === 'WaitForFirstConsumer' && !usedBy(claim, pods))
    return { do: 'wait', type: 'Normal', reason: 'WaitForFirstConsumer', message: 'waiting for first consumer to be created before binding' };
  return { do: 'provision', volume: folderVolume(claim, storageClass, dir) };
}

/** Whether a volume that is there may become the claim's. */
function fits(volume: Volume, claim: VolumeClaim): boolean {
  const { spec, metadata } = volume;
  if (metadata?.deletionTimestamp || (spec?.claimRef && !isFor(volume, claim))) return false;
  const { accessModes = [], resources, selector, storageClassName = '', volumeMode = 'Filesystem' } = claim.spec ?? {};
  return (
    (spec?.storageClassName ?? '') === storageClassName &&
    (spec?.volumeMode ?? 'Filesystem') === volumeMode &&
    accessModes.every((mode) => spec?.accessModes?.includes(mode)) &&
    storageOf(spec?.capacity) >= storageOf(resources?.requests) &&
    (selector === undefined || selectorMatches(selector, metadata?.labels))
  );
}

function folderVolume(claim: VolumeClaim, storageClass: StorageClass, dir: string): Volume {
  const name = `pvc-${claim.metadata?.uid}`;
  return {
    metadata: { name, annotations: { [PROVISIONED_BY]: FOLDER_PROVISIONER } },
    spec: {
      accessModes: claim.spec?.accessModes ?? [],
      capacity: { storage: claim.spec?.resources?.requests?.['storage'] ?? '0' },
      claimRef: claimRefOf(claim),
      hostPath: { path: path.join(dir, name), type: 'DirectoryOrCreate' },
      persistentVolumeReclaimPolicy: storageClass.reclaimPolicy ?? 'Delete',
      storageClassName: storageClass.metadata?.name ?? '',
      volumeMode: 'Filesystem',
    },
  };
}

export function claimRefOf({ metadata }: VolumeClaim): NonNullable<NonNullable<Volume['spec']>['claimRef']> {
  return { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace: metadata?.namespace ?? '', name: metadata?.name ?? '', uid: metadata?.uid ?? '', resourceVersion: metadata?.resourceVersion ?? '' };
}

export type VolumePlan = { do: 'nothing' } | { do: 'tell'; phase: string } | { do: 'remove' } | { do: 'let go' };

/** `claim` is the one of the name that the volume knows. Pure. */
export function planVolume(volume: Volume, claim: VolumeClaim | undefined): VolumePlan {
  const { claimRef, persistentVolumeReclaimPolicy } = volume.spec ?? {};
  const isBound = claimRef !== undefined && claim !== undefined && claimRef.uid === claim.metadata?.uid;
  if (volume.metadata?.deletionTimestamp) return volume.metadata.finalizers?.includes(VOLUME_PROTECTION) && !isBound ? { do: 'let go' } : { do: 'nothing' };
  const phase = isBound ? 'Bound' : claimRef?.uid ? 'Released' : 'Available';
  if (phase === 'Released' && persistentVolumeReclaimPolicy === 'Delete' && isOurs(volume)) return { do: 'remove' };
  return volume.status?.phase === phase ? { do: 'nothing' } : { do: 'tell', phase };
}
