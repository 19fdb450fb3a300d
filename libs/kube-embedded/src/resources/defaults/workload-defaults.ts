import { type JsonObject, ensureObject, equalJson, isJsonObject, numberAt, objectAt, objectsAt, setDefault, textAt } from '@tidegate/kube/json';
import { setPodSpecDefaults } from './pod-defaults.js';

/** The defaults of k8s.io/kubernetes/pkg/apis/{apps,batch}/v1/defaults.go. */
function setTemplateDefaults(spec: JsonObject): void {
  // In Go a template is no pointer: it is always there, if empty.
  const template = ensureObject(spec, 'template');
  ensureObject(template, 'metadata');
  setPodSpecDefaults(ensureObject(template, 'spec'));
}

export function setDeploymentDefaults(deployment: JsonObject): void {
  const spec = ensureObject(deployment, 'spec');
  setDefault(spec, 'replicas', 1);
  const strategy = ensureObject(spec, 'strategy');
  setDefault(strategy, 'type', 'RollingUpdate');
  if (strategy.type === 'RollingUpdate') {
    const rolling = ensureObject(strategy, 'rollingUpdate');
    setDefault(rolling, 'maxUnavailable', '25%', false);
    setDefault(rolling, 'maxSurge', '25%', false);
  }
  setDefault(spec, 'revisionHistoryLimit', 10);
  setDefault(spec, 'progressDeadlineSeconds', 600);
  setTemplateDefaults(spec);
}

export function setReplicaSetDefaults(replicaSet: JsonObject): void {
  const spec = ensureObject(replicaSet, 'spec');
  setDefault(spec, 'replicas', 1);
  setTemplateDefaults(spec);
}

export function setStatefulSetDefaults(statefulSet: JsonObject): void {
  const spec = ensureObject(statefulSet, 'spec');
  setDefault(spec, 'replicas', 1);
  setDefault(spec, 'podManagementPolicy', 'OrderedReady');
  setDefault(spec, 'revisionHistoryLimit', 10);
  const strategy = ensureObject(spec, 'updateStrategy');
  setDefault(strategy, 'type', 'RollingUpdate');
  if (strategy.type === 'RollingUpdate') {
    const rolling = ensureObject(strategy, 'rollingUpdate');
    setDefault(rolling, 'partition', 0);
    setDefault(rolling, 'maxUnavailable', 1);
  }
  const retention = ensureObject(spec, 'persistentVolumeClaimRetentionPolicy');
  setDefault(retention, 'whenDeleted', 'Retain');
  setDefault(retention, 'whenScaled', 'Retain');
  setTemplateDefaults(spec);
  for (const claim of objectsAt(spec, 'volumeClaimTemplates')) {
    setDefault(claim, 'apiVersion', 'v1');
    setDefault(claim, 'kind', 'PersistentVolumeClaim');
    setClaimDefaults(claim);
    setDefault(ensureObject(claim, 'status'), 'phase', 'Pending');
  }
}

export function setClaimDefaults(claim: JsonObject): void {
  const spec = ensureObject(claim, 'spec');
  setDefault(spec, 'volumeMode', 'Filesystem');
}

export function setDaemonSetDefaults(daemonSet: JsonObject): void {
  const spec = ensureObject(daemonSet, 'spec');
  const strategy = ensureObject(spec, 'updateStrategy');
  setDefault(strategy, 'type', 'RollingUpdate');
  if (strategy.type === 'RollingUpdate') {
    const rolling = ensureObject(strategy, 'rollingUpdate');
    setDefault(rolling, 'maxUnavailable', 1);
    setDefault(rolling, 'maxSurge', 0);
  }
  setDefault(spec, 'revisionHistoryLimit', 10);
  setTemplateDefaults(spec);
}

export function setJobSpecDefaults(spec: JsonObject): void {
  if (numberAt(spec, 'completions') === undefined && numberAt(spec, 'parallelism') === undefined) spec.completions = 1;
  setDefault(spec, 'parallelism', 1);
  setDefault(spec, 'backoffLimit', spec.backoffLimitPerIndex === undefined ? 6 : 2147483647);
  setDefault(spec, 'completionMode', 'NonIndexed');
  setDefault(spec, 'suspend', false);
  setDefault(spec, 'manualSelector', false);
  setDefault(spec, 'podReplacementPolicy', isJsonObject(spec.podFailurePolicy) ? 'Failed' : 'TerminatingOrFailed');
  setTemplateDefaults(spec);
}

export function setJobDefaults(job: JsonObject): void {
  setJobSpecDefaults(ensureObject(job, 'spec'));
  // A job without labels takes those of its pods.
  const metadata = ensureObject(job, 'metadata');
  const labels = objectAt(job, 'spec', 'template', 'metadata', 'labels');
  if (labels && Object.keys(objectAt(metadata, 'labels') ?? {}).length === 0) metadata.labels = { ...labels };
}

export function setCronJobDefaults(cronJob: JsonObject): void {
  const spec = ensureObject(cronJob, 'spec');
  setDefault(spec, 'concurrencyPolicy', 'Allow');
  setDefault(spec, 'suspend', false);
  setDefault(spec, 'successfulJobsHistoryLimit', 3);
  setDefault(spec, 'failedJobsHistoryLimit', 1);
  const jobTemplate = ensureObject(spec, 'jobTemplate');
  ensureObject(jobTemplate, 'metadata');
  const jobSpec = objectAt(jobTemplate, 'spec');
  // The template of a CronJob gets the pod's defaults only; the job it makes gets the job's.
  if (jobSpec) setTemplateDefaults(jobSpec);
}

/**
 * A job without selector of its own selects by its uid, and labels its pods with it. Needs the uid, so the API calls it when the
 * object has one; again on an object that has its selector it changes nothing.
 */
export function setJobSelector(job: JsonObject): void {
  const spec = ensureObject(job, 'spec');
  const uid = textAt(objectAt(job, 'metadata'), 'uid');
  const name = textAt(objectAt(job, 'metadata'), 'name');
  if (spec.manualSelector === true || uid === '' || spec.selector !== undefined) return;
  spec.selector = { matchLabels: { 'batch.kubernetes.io/controller-uid': uid } };
  const template = ensureObject(spec, 'template');
  const labels = ensureObject(ensureObject(template, 'metadata'), 'labels');
  const metadata = ensureObject(job, 'metadata');
  const own = { 'controller-uid': uid, 'batch.kubernetes.io/controller-uid': uid, 'job-name': name, 'batch.kubernetes.io/job-name': name };
  // A job without labels takes those of its pods: in Go both are the same map from then on.
  if (equalJson(metadata.labels, labels)) metadata.labels = { ...labels, ...own };
  Object.assign(labels, own);
}
