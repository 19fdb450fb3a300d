import type { Pod } from '@tidegate/kube';
import { CLAIM_PROTECTION, VOLUME_PROTECTION } from '../admission/volume-claims.js';
import { type ClaimInput, planClaim, planVolume } from './plan-volumes.js';
import { PROVISIONED_BY, type Volume, type VolumeClaim, FOLDER_PROVISIONER, standardClass } from './volume-kinds.js';

const claim = (spec: VolumeClaim['spec'] = {}, more: Partial<VolumeClaim> = {}): VolumeClaim => ({
  metadata: { name: 'data', namespace: 'n', uid: 'u1', finalizers: [CLAIM_PROTECTION] },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, storageClassName: 'standard', ...spec },
  ...more,
});
const volume = (name: string, storage: string, spec: Volume['spec'] = {}): Volume => ({
  metadata: { name, finalizers: [VOLUME_PROTECTION] },
  spec: { accessModes: ['ReadWriteOnce'], capacity: { storage }, storageClassName: 'standard', hostPath: { path: '/x' }, ...spec },
});
const claimRef = { namespace: 'n', name: 'data', uid: 'u1' };
const user: Pod = { metadata: { name: 'p', namespace: 'n' }, spec: { containers: [], volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'data' } }] } };
const input = (more: Partial<ClaimInput> = {}): ClaimInput => ({ claim: claim(), volumes: [], storageClass: standardClass, pods: [], dir: '/claims', ...more });
const ending = { metadata: { name: 'data', namespace: 'n', uid: 'u1', finalizers: [CLAIM_PROTECTION], deletionTimestamp: '2026-01-01T00:00:00Z' } };

describe('a claim', () => {
  it('gets a folder of its own', () => {
    expect(planClaim(input())).toMatchObject({
      do: 'provision',
      volume: { metadata: { name: 'pvc-u1' }, spec: { hostPath: { path: '/claims/pvc-u1' }, capacity: { storage: '1Gi' }, claimRef, persistentVolumeReclaimPolicy: 'Delete' } },
    });
  });

  it.each([
    { name: 'the smallest volume that is large enough', given: input({ volumes: [volume('big', '5Gi'), volume('fit', '2Gi'), volume('small', '512Mi')] }), bound: 'fit' },
    { name: 'the volume that was kept for it', given: input({ volumes: [volume('fit', '1Gi'), volume('kept', '9Gi', { claimRef: { namespace: 'n', name: 'data' } })] }), bound: 'kept' },
    { name: 'the one that it names', given: input({ claim: claim({ volumeName: 'mine' }), volumes: [volume('mine', '1Gi')] }), bound: 'mine' },
  ])('is bound to $name', ({ given, bound }) => {
    expect(planClaim(given)).toMatchObject({ do: 'bind', volume: { metadata: { name: bound } } });
  });

  it.each([
    { name: 'a class that is not there', given: input({ storageClass: undefined }), reason: 'ProvisioningFailed' },
    { name: 'no class at all', given: input({ claim: claim({ storageClassName: '' }) }), reason: 'FailedBinding' },
    { name: "somebody else's class", given: input({ storageClass: { ...standardClass, provisioner: 'example.com/x' } }), reason: 'ExternalProvisioning' },
    { name: 'a block device', given: input({ claim: claim({ volumeMode: 'Block' }) }), reason: 'ProvisioningFailed' },
    { name: 'its first pod', given: input({ storageClass: { ...standardClass, volumeBindingMode: 'WaitForFirstConsumer' } }), reason: 'WaitForFirstConsumer' },
    { name: 'a volume that is taken', given: input({ claim: claim({ volumeName: 'mine' }), volumes: [volume('mine', '1Gi', { claimRef: { ...claimRef, uid: 'u2' } })] }), reason: 'FailedBinding' },
  ])('waits and says why: $name', ({ given, reason }) => expect(planClaim(given)).toMatchObject({ do: 'wait', reason }));

  it('gets its folder with its first pod where its class says so', () => {
    const storageClass = { ...standardClass, volumeBindingMode: 'WaitForFirstConsumer' };
    expect(planClaim(input({ storageClass, pods: [user] })).do).toBe('provision');
  });

  it('tells what it is bound to, once, and grows', () => {
    const ours: Volume = { ...volume('pvc-u1', '1Gi', { claimRef }), metadata: { name: 'pvc-u1', annotations: { [PROVISIONED_BY]: FOLDER_PROVISIONER } } };
    const named = claim({ volumeName: 'pvc-u1' });
    const status = { phase: 'Bound', accessModes: ['ReadWriteOnce'], capacity: { storage: '1Gi' } };
    expect(planClaim(input({ claim: named, volumes: [ours] }))).toEqual({ do: 'tell', status });
    expect(planClaim(input({ claim: { ...named, status }, volumes: [ours] }))).toEqual({ do: 'nothing' });
    const larger = claim({ volumeName: 'pvc-u1', resources: { requests: { storage: '2Gi' } } }, { status });
    expect(planClaim(input({ claim: larger, volumes: [ours] }))).toMatchObject({ do: 'grow', storage: '2Gi' });
    expect(planClaim(input({ claim: { ...named, status } }))).toMatchObject({ do: 'tell', status: { phase: 'Lost' } });
  });

  it('stays while a pod uses it', () => {
    expect(planClaim(input({ claim: claim({}, ending), pods: [user] })).do).toBe('nothing');
    expect(planClaim(input({ claim: claim({}, ending), pods: [{ ...user, status: { phase: 'Succeeded' } }] })).do).toBe('let go');
  });
});

describe('a volume', () => {
  const bound = volume('v', '1Gi', { claimRef });
  const ours: Volume = { ...bound, metadata: { ...bound.metadata, annotations: { [PROVISIONED_BY]: FOLDER_PROVISIONER } }, spec: { ...bound.spec, persistentVolumeReclaimPolicy: 'Delete' } };
  const doomed = (of: Volume): Volume => ({ ...of, metadata: { ...of.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } });
  it.each([
    { name: 'that nobody claims', given: volume('v', '1Gi'), by: undefined, plan: { do: 'tell', phase: 'Available' } },
    { name: 'that is claimed', given: bound, by: claim(), plan: { do: 'tell', phase: 'Bound' } },
    { name: 'whose claim is gone', given: bound, by: undefined, plan: { do: 'tell', phase: 'Released' } },
    { name: 'whose claim was made anew', given: bound, by: { ...claim(), metadata: { name: 'data', namespace: 'n', uid: 'u2' } }, plan: { do: 'tell', phase: 'Released' } },
    { name: 'of our own whose claim is gone', given: ours, by: undefined, plan: { do: 'remove' } },
    { name: 'that is deleted while it is claimed', given: doomed(bound), by: claim(), plan: { do: 'nothing' } },
    { name: 'that is deleted', given: doomed(bound), by: undefined, plan: { do: 'let go' } },
  ])('$name', ({ given, by, plan }) => expect(planVolume(given, by)).toEqual(plan));
});
