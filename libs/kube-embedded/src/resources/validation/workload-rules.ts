import { type Json, type JsonObject, equalJson, numberAt, objectAt, objectsAt, textAt } from '@tidegate/kube/json';
import { forbiddenValue, immutable, invalidValue, requiredValue, unsupportedValue } from '../../schema/field-errors.js';
import { isTimeZone, scheduleProblem } from '../../controllers/cron-schedule.js';
import type { FieldError } from '../resource-definition.js';
import { labelErrors } from './metadata-rules.js';
import { intOrPercentErrors, isZero, negativeErrors } from './number-rules.js';
import { podSpecErrors } from './pod-rules.js';
import { isEmptySelector, selects, workloadSelectorErrors } from './selector-rules.js';

/** Fields of the spec that an update must leave as they are. */
function immutableErrors(object: JsonObject, previous: JsonObject | undefined, ...keys: string[]): FieldError[] {
  if (!previous) return [];
  const spec = objectAt(object, 'spec');
  const before = objectAt(previous, 'spec');
  return keys.filter((key) => !equalJson(spec?.[key], before?.[key])).map((key) => invalidValue(`spec.${key}`, spec?.[key], immutable));
}

/** Selector and template of everything that makes pods by one. `name` is the kind in Kubernetes' message. */
function templateErrors(spec: JsonObject, name: string): FieldError[] {
  const selector = objectAt(spec, 'selector');
  const labels = objectAt(spec, 'template', 'metadata', 'labels');
  const errors = workloadSelectorErrors(selector, 'spec.selector');
  if (selector && isEmptySelector(selector)) errors.push(invalidValue('spec.selector', selector, `empty selector is invalid for ${name}`));
  else if (errors.length === 0 && !selects(selector, labels))
    errors.push(invalidValue('spec.template.metadata.labels', labels ?? null, '`selector` does not match template `labels`'));
  errors.push(
    ...labelErrors(labels, 'spec.template.metadata.labels'),
    ...podSpecErrors(objectAt(spec, 'template', 'spec'), 'spec.template.spec'),
  );
  return errors;
}

function restartErrors(spec: JsonObject): FieldError[] {
  const policy = textAt(objectAt(spec, 'template', 'spec'), 'restartPolicy');
  return policy === '' || policy === 'Always' ? [] : [unsupportedValue('spec.template.spec.restartPolicy', policy, ['Always'])];
}

export function deploymentErrors(deployment: JsonObject, previous?: JsonObject): FieldError[] {
  const spec = objectAt(deployment, 'spec');
  if (!spec) return [];
  const field = 'spec.strategy.rollingUpdate';
  const rolling = objectAt(spec, 'strategy', 'rollingUpdate');
  const errors = [...negativeErrors(spec, 'spec', 'replicas'), ...templateErrors(spec, 'deployment'), ...restartErrors(spec)];
  if (rolling && textAt(objectAt(spec, 'strategy'), 'type') === 'Recreate')
    errors.push(forbiddenValue(field, "may not be specified when strategy `type` is 'Recreate'"));
  else if (rolling) {
    errors.push(
      ...intOrPercentErrors(rolling.maxSurge, `${field}.maxSurge`),
      ...intOrPercentErrors(rolling.maxUnavailable, `${field}.maxUnavailable`, 100),
    );
    if (isZero(rolling.maxSurge) && isZero(rolling.maxUnavailable))
      errors.push(invalidValue(`${field}.maxUnavailable`, rolling.maxUnavailable ?? 0, 'may not be 0 when `maxSurge` is 0'));
  }
  errors.push(...negativeErrors(spec, 'spec', 'minReadySeconds', 'revisionHistoryLimit', 'progressDeadlineSeconds'));
  const deadline = numberAt(spec, 'progressDeadlineSeconds');
  const ready = numberAt(spec, 'minReadySeconds') ?? 0;
  if (deadline !== undefined && deadline <= ready)
    errors.push(invalidValue('spec.progressDeadlineSeconds', deadline, 'must be greater than minReadySeconds'));
  return [...errors, ...immutableErrors(deployment, previous, 'selector')];
}

export function replicaSetErrors(replicaSet: JsonObject, previous?: JsonObject): FieldError[] {
  const spec = objectAt(replicaSet, 'spec');
  if (!spec) return [];
  return [
    ...negativeErrors(spec, 'spec', 'replicas', 'minReadySeconds'),
    ...templateErrors(spec, 'replicaset'),
    ...restartErrors(spec),
    ...immutableErrors(replicaSet, previous, 'selector'),
  ];
}

export function statefulSetErrors(statefulSet: JsonObject, previous?: JsonObject): FieldError[] {
  const spec = objectAt(statefulSet, 'spec');
  if (!spec) return [];
  // A claim template is a volume of the pods it is made for.
  const claims = objectsAt(spec, 'volumeClaimTemplates').map((claim): Json => ({
    name: textAt(objectAt(claim, 'metadata'), 'name'),
    emptyDir: {},
  }));
  const podSpec = objectAt(spec, 'template', 'spec');
  const volumes = [...objectsAt(podSpec, 'volumes'), ...claims];
  const withClaims = { ...spec, template: { ...objectAt(spec, 'template'), spec: { ...podSpec, ...(volumes.length > 0 && { volumes }) } } };
  return [
    ...negativeErrors(spec, 'spec', 'replicas', 'minReadySeconds', 'revisionHistoryLimit'),
    ...templateErrors(withClaims, 'statefulset'),
    ...restartErrors(spec),
    ...immutableErrors(statefulSet, previous, 'serviceName', 'podManagementPolicy', 'selector', 'volumeClaimTemplates'),
  ];
}

export function daemonSetErrors(daemonSet: JsonObject, previous?: JsonObject): FieldError[] {
  const spec = objectAt(daemonSet, 'spec');
  if (!spec) return [];
  return [
    ...templateErrors(spec, 'daemonset'),
    ...restartErrors(spec),
    ...negativeErrors(spec, 'spec', 'minReadySeconds', 'revisionHistoryLimit'),
    ...immutableErrors(daemonSet, previous, 'selector'),
  ];
}

function jobSpecErrors(spec: JsonObject | undefined, field: string): FieldError[] {
  if (!spec) return [];
  const errors = negativeErrors(
    spec,
    field,
    'parallelism',
    'completions',
    'activeDeadlineSeconds',
    'backoffLimit',
    'ttlSecondsAfterFinished',
  );
  const podSpec = objectAt(spec, 'template', 'spec');
  const policy = textAt(podSpec, 'restartPolicy');
  if (policy === '' || policy === 'Always')
    errors.push(requiredValue(`${field}.template.spec.restartPolicy`, 'valid values: "OnFailure", "Never"'));
  if (spec.completionMode === 'Indexed' && spec.completions === undefined)
    errors.push(requiredValue(`${field}.completions`, 'when completion mode is Indexed'));
  return [...errors, ...podSpecErrors(podSpec, `${field}.template.spec`)];
}

export function jobErrors(job: JsonObject, previous?: JsonObject): FieldError[] {
  const spec = objectAt(job, 'spec');
  const wasSuspended = objectAt(previous, 'spec')?.suspend === true;
  const isIndexed = textAt(spec, 'completionMode') === 'Indexed';
  const fixed = ['selector', 'completionMode', ...(wasSuspended ? [] : ['template']), ...(isIndexed ? [] : ['completions'])];
  return [...jobSpecErrors(spec, 'spec'), ...immutableErrors(job, previous, ...fixed)];
}

export function cronJobErrors(cronJob: JsonObject): FieldError[] {
  const spec = objectAt(cronJob, 'spec');
  const schedule = textAt(spec, 'schedule');
  const errors: FieldError[] = [];
  const problem = schedule === '' || /TZ/.test(schedule) ? undefined : scheduleProblem(schedule);
  if (problem !== undefined) errors.push(invalidValue('spec.schedule', schedule, problem));
  const zone = spec?.timeZone;
  if (typeof zone === 'string' && !isTimeZone(zone)) errors.push(invalidValue('spec.timeZone', zone, `unknown time zone ${zone}`));
  if (/TZ/.test(schedule))
    errors.push(invalidValue('spec.schedule', schedule, 'cannot use TZ or CRON_TZ in schedule, use timeZone field instead'));
  errors.push(...negativeErrors(spec, 'spec', 'startingDeadlineSeconds', 'successfulJobsHistoryLimit', 'failedJobsHistoryLimit'));
  const name = textAt(objectAt(cronJob, 'metadata'), 'name');
  if (name.length > 52) errors.push(invalidValue('metadata.name', name, 'must be no more than 52 characters'));
  return [...errors, ...jobSpecErrors(objectAt(spec, 'jobTemplate', 'spec'), 'spec.jobTemplate.spec')];
}
