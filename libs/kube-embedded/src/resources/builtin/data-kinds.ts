import type { BuiltinKind } from '../builtin-kind.js';
import {
  csiDriverTable,
  csiNodeTable,
  flowSchemaTable,
  podTemplateTable,
  priorityLevelTable,
  replicationControllerTable,
  runtimeClassTable,
  signingRequestTable,
  volumeAttachmentTable,
  volumeAttributesClassTable,
} from '../columns/data-columns.js';
import { podCertificateRequestTable, storageVersionMigrationTable, trustBundleTable } from '../columns/device-columns.js';
import { setCsiDriverDefaults, setPodTemplateDefaults, setReplicationControllerDefaults } from '../defaults/data-defaults.js';
import { runtimeClassErrors, signingRequestErrors } from '../validation/data-rules.js';

const core = { group: '', version: 'v1', component: 'io.k8s.api.core.v1', namespaced: true } as const;
const storage = { group: 'storage.k8s.io', version: 'v1', component: 'io.k8s.api.storage.v1', namespaced: false } as const;
const certificates = { group: 'certificates.k8s.io', version: 'v1', component: 'io.k8s.api.certificates.v1', namespaced: false } as const;
const flow = { group: 'flowcontrol.apiserver.k8s.io', version: 'v1', component: 'io.k8s.api.flowcontrol.v1', namespaced: false, hasGeneration: true } as const;

/** Kinds that are kept, checked and told about, and that nothing here acts on: clients and controllers of others bring what does. */
export const dataKinds: BuiltinKind[] = [
  { ...core, kind: 'PodTemplate', setDefaults: setPodTemplateDefaults, plural: 'podtemplates', hasGeneration: true, table: podTemplateTable },
  {
    ...core,
    kind: 'ReplicationController',
    setDefaults: setReplicationControllerDefaults,
    plural: 'replicationcontrollers',
    shortNames: ['rc'],
    categories: ['all'],
    hasGeneration: true,
    selectableFields: ['status.replicas'],
    scale: { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas', labelSelectorPath: '.spec.selector' },
    table: replicationControllerTable,
  },
  {
    ...certificates,
    kind: 'CertificateSigningRequest',
    validate: signingRequestErrors,
    plural: 'certificatesigningrequests',
    shortNames: ['csr'],
    selectableFields: ['spec.signerName'],
    table: signingRequestTable,
  },
  {
    ...certificates,
    kind: 'ClusterTrustBundle',
    plural: 'clustertrustbundles',
    // Names of a signer's bundles begin with its name, as `example.com:signer:`.
    nameSyntax: 'path',
    selectableFields: ['spec.signerName'],
    table: trustBundleTable,
  },
  {
    ...certificates,
    kind: 'PodCertificateRequest',
    plural: 'podcertificaterequests',
    namespaced: true,
    selectableFields: ['spec.signerName', 'spec.podName', 'spec.nodeName'],
    table: podCertificateRequestTable,
  },
  {
    group: 'storagemigration.k8s.io',
    version: 'v1',
    component: 'io.k8s.api.storagemigration.v1',
    namespaced: false,
    kind: 'StorageVersionMigration',
    plural: 'storageversionmigrations',
    table: storageVersionMigrationTable,
  },
  { ...flow, kind: 'FlowSchema', plural: 'flowschemas', table: flowSchemaTable },
  { ...flow, kind: 'PriorityLevelConfiguration', plural: 'prioritylevelconfigurations', table: priorityLevelTable },
  {
    group: 'node.k8s.io',
    version: 'v1',
    component: 'io.k8s.api.node.v1',
    namespaced: false,
    kind: 'RuntimeClass',
    validate: runtimeClassErrors,
    plural: 'runtimeclasses',
    table: runtimeClassTable,
  },
  { ...storage, kind: 'CSIDriver', setDefaults: setCsiDriverDefaults, plural: 'csidrivers', table: csiDriverTable },
  { ...storage, kind: 'CSINode', plural: 'csinodes', table: csiNodeTable },
  { ...storage, kind: 'CSIStorageCapacity', namespaced: true, plural: 'csistoragecapacities' },
  { ...storage, kind: 'VolumeAttachment',
    prepareCreate: (attachment) => {
      attachment.status = { attached: false };
    },
    plural: 'volumeattachments', table: volumeAttachmentTable },
  { ...storage, kind: 'VolumeAttributesClass', plural: 'volumeattributesclasses', shortNames: ['vac'], table: volumeAttributesClassTable },
];
