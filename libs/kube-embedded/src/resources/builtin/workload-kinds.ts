import type { BuiltinKind } from '../builtin-kind.js';
import {
  controllerRevisionTable,
  cronJobTable,
  daemonSetTable,
  deploymentTable,
  jobTable,
  replicaSetTable,
  statefulSetTable,
} from '../columns/workload-columns.js';
import {
  setCronJobDefaults,
  setDaemonSetDefaults,
  setDeploymentDefaults,
  setJobDefaults,
  setJobSelector,
  setReplicaSetDefaults,
  setStatefulSetDefaults,
} from '../defaults/workload-defaults.js';
import {
  cronJobErrors,
  daemonSetErrors,
  deploymentErrors,
  jobErrors,
  replicaSetErrors,
  statefulSetErrors,
} from '../validation/workload-rules.js';

const apps = { group: 'apps', version: 'v1', component: 'io.k8s.api.apps.v1', namespaced: true, categories: ['all'], hasGeneration: true };
const batch = {
  group: 'batch',
  version: 'v1',
  component: 'io.k8s.api.batch.v1',
  namespaced: true,
  categories: ['all'],
  hasGeneration: true,
};
const scale = { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas', labelSelectorPath: '.spec.selector' };

export const workloadKinds: BuiltinKind[] = [
  {
    ...apps,
    kind: 'Deployment',
    validate: deploymentErrors,
    setDefaults: setDeploymentDefaults,
    plural: 'deployments',
    shortNames: ['deploy'],
    scale,
    table: deploymentTable,
  },
  {
    ...apps,
    kind: 'ReplicaSet',
    validate: replicaSetErrors,
    setDefaults: setReplicaSetDefaults,
    plural: 'replicasets',
    shortNames: ['rs'],
    scale,
    selectableFields: ['status.replicas'],
    table: replicaSetTable,
  },
  {
    ...apps,
    kind: 'StatefulSet',
    validate: statefulSetErrors,
    setDefaults: setStatefulSetDefaults,
    plural: 'statefulsets',
    shortNames: ['sts'],
    scale,
    table: statefulSetTable,
  },
  {
    ...apps,
    kind: 'DaemonSet',
    validate: daemonSetErrors,
    setDefaults: setDaemonSetDefaults,
    plural: 'daemonsets',
    shortNames: ['ds'],
    table: daemonSetTable,
  },
  {
    ...apps,
    kind: 'ControllerRevision',
    plural: 'controllerrevisions',
    categories: [],
    hasGeneration: false,
    table: controllerRevisionTable,
  },
  {
    ...batch,
    kind: 'Job',
    validate: jobErrors,
    setDefaults: setJobDefaults,
    prepareCreate: setJobSelector,
    plural: 'jobs',
    selectableFields: ['status.successful'],
    table: jobTable,
  },
  {
    ...batch,
    kind: 'CronJob',
    validate: cronJobErrors,
    setDefaults: setCronJobDefaults,
    plural: 'cronjobs',
    shortNames: ['cj'],
    table: cronJobTable,
  },
];
