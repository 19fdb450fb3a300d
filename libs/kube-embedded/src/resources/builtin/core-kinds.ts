import type { BuiltinKind } from '../builtin-kind.js';
import { podTable } from '../columns/pod-columns.js';
import {
  claimTable,
  configMapTable,
  eventTable,
  namespaceTable,
  nodeTable,
  resourceQuotaTable,
  secretTable,
  volumeTable,
} from '../columns/platform-columns.js';
import { endpointsTable, serviceTable } from '../columns/network-columns.js';
import { agedTable } from '../columns/table-shape.js';
import { setEndpointsDefaults, setServiceDefaults } from '../defaults/service-defaults.js';
import {
  setEventDefaults,
  setLimitRangeDefaults,
  setNamespaceDefaults,
  setSecretDefaults,
  setVolumeDefaults,
} from '../defaults/platform-defaults.js';
import { qosClassOf, setPodDefaults } from '../defaults/pod-defaults.js';
import { setClaimDefaults } from '../defaults/workload-defaults.js';
import { cloneJson, ensureObject, objectAt } from '@tidegate/kube/json';
import { podErrors } from '../validation/pod-rules.js';
import { configMapErrors, secretErrors } from '../validation/config-rules.js';
import { serviceErrors } from '../validation/network-rules.js';
import { eventErrors } from '../validation/platform-rules.js';
import { claimErrors, volumeErrors } from '../validation/volume-rules.js';
import { limitRangeErrors, quotaErrors } from '../validation/quota-rules.js';

const core = { group: '', version: 'v1', component: 'io.k8s.api.core.v1', namespaced: true } as const;

export const coreKinds: BuiltinKind[] = [
  {
    ...core,
    kind: 'Namespace',
    setDefaults: setNamespaceDefaults,
    prepareCreate: (namespace) => {
      const spec = ensureObject(namespace, 'spec');
      spec.finalizers ??= ['kubernetes'];
      namespace.status = { phase: 'Active' };
    },
    // Only the finalize subresource takes them off.
    prepareUpdate: (namespace, previous) => {
      const finalizers = objectAt(previous, 'spec')?.finalizers;
      if (finalizers !== undefined) ensureObject(namespace, 'spec').finalizers = cloneJson(finalizers);
    },
    plural: 'namespaces',
    namespaced: false,
    shortNames: ['ns'],
    nameSyntax: 'label',
    verbs: ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'],
    selectableFields: ['status.phase'],
    table: namespaceTable,
  },
  {
    ...core,
    kind: 'Pod',
    validate: podErrors,
    setDefaults: setPodDefaults,
    prepareCreate: (pod) => {
      pod.status = { phase: 'Pending', qosClass: qosClassOf(objectAt(pod, 'spec')) };
    },
    plural: 'pods',
    shortNames: ['po'],
    categories: ['all'],
    hasGeneration: true,
    selectableFields: [
      'spec.nodeName',
      'spec.restartPolicy',
      'spec.schedulerName',
      'spec.serviceAccountName',
      'spec.hostNetwork',
      'status.phase',
      'status.podIP',
      'status.nominatedNodeName',
    ],
    table: podTable,
  },
  {
    ...core,
    kind: 'Service',
    validate: serviceErrors,
    setDefaults: setServiceDefaults,
    prepareCreate: (service) => {
      service.status = { loadBalancer: {} };
    },
    plural: 'services',
    shortNames: ['svc'],
    categories: ['all'],
    nameSyntax: 'service',
    selectableFields: ['spec.clusterIP', 'spec.type'],
    table: serviceTable,
  },
  { ...core, kind: 'Endpoints', setDefaults: setEndpointsDefaults, plural: 'endpoints', shortNames: ['ep'], table: endpointsTable },
  { ...core, kind: 'ConfigMap', validate: configMapErrors, plural: 'configmaps', shortNames: ['cm'], table: configMapTable },
  {
    ...core,
    kind: 'Secret',
    validate: secretErrors,
    setDefaults: setSecretDefaults,
    plural: 'secrets',
    selectableFields: ['type'],
    table: secretTable,
  },
  { ...core, kind: 'ServiceAccount', plural: 'serviceaccounts', shortNames: ['sa'], table: agedTable },
  {
    ...core,
    kind: 'Event',
    validate: eventErrors,
    setDefaults: setEventDefaults,
    plural: 'events',
    shortNames: ['ev'],
    selectableFields: [
      'involvedObject.kind',
      'involvedObject.namespace',
      'involvedObject.name',
      'involvedObject.uid',
      'involvedObject.apiVersion',
      'involvedObject.resourceVersion',
      'involvedObject.fieldPath',
      'reason',
      'reportingComponent',
      'source',
      'type',
    ],
    table: eventTable,
  },
  {
    ...core,
    kind: 'Node',
    plural: 'nodes',
    namespaced: false,
    shortNames: ['no'],
    selectableFields: ['spec.unschedulable'],
    table: nodeTable,
  },
  {
    ...core,
    kind: 'PersistentVolumeClaim',
    validate: claimErrors,
    setDefaults: setClaimDefaults,
    prepareCreate: (claim) => {
      claim.status = { phase: 'Pending' };
    },
    plural: 'persistentvolumeclaims',
    shortNames: ['pvc'],
    table: claimTable,
  },
  {
    ...core,
    kind: 'PersistentVolume',
    validate: volumeErrors,
    setDefaults: setVolumeDefaults,
    prepareCreate: (volume) => {
      volume.status = { phase: 'Pending' };
    },
    plural: 'persistentvolumes',
    namespaced: false,
    shortNames: ['pv'],
    table: volumeTable,
  },
  { ...core, kind: 'LimitRange', validate: limitRangeErrors, setDefaults: setLimitRangeDefaults, plural: 'limitranges', shortNames: ['limits'] },
  { ...core, kind: 'ResourceQuota', validate: quotaErrors, plural: 'resourcequotas', shortNames: ['quota'], table: resourceQuotaTable },
];
