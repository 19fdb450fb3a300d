import { type Json, type JsonObject, numberAt, objectAt, objectsAt, textAt, textsAt } from '@tidegate/kube/json';
import { type TableShape, ageOf, columnsOf, nameOf } from './table-shape.js';

export const webhookTable: TableShape = {
  columns: columnsOf('Webhooks:integer', 'Age'),
  cells: (object, now) => [nameOf(object), objectsAt(object, 'webhooks').length, ageOf(object, now)],
};

export const admissionPolicyTable: TableShape = {
  columns: columnsOf('Validations:integer', 'ParamKind', 'Age'),
  cells(object, now) {
    const param = objectAt(object, 'spec', 'paramKind');
    const kind = param ? `${textAt(param, 'apiVersion')}/${textAt(param, 'kind')}` : '<unset>';
    return [nameOf(object), objectsAt(objectAt(object, 'spec'), 'validations').length, kind, ageOf(object, now)];
  },
};

export const mutatingPolicyTable: TableShape = {
  columns: columnsOf('Mutations:integer', 'ParamKind', 'Age'),
  cells(object, now) {
    const param = objectAt(object, 'spec', 'paramKind');
    const kind = param ? `${textAt(param, 'apiVersion')}/${textAt(param, 'kind')}` : '<unset>';
    return [nameOf(object), objectsAt(objectAt(object, 'spec'), 'mutations').length, kind, ageOf(object, now)];
  },
};

export const admissionPolicyBindingTable: TableShape = {
  columns: columnsOf('PolicyName', 'ParamRef', 'Age'),
  cells(object, now) {
    const param = objectAt(object, 'spec', 'paramRef');
    const text = param ? [textAt(param, 'namespace'), textAt(param, 'name')].filter((part) => part !== '').join('/') || '*' : '<unset>';
    return [nameOf(object), textAt(objectAt(object, 'spec'), 'policyName'), text, ageOf(object, now)];
  },
};

export const customResourceDefinitionTable: TableShape = {
  columns: columnsOf('Scope', 'Versions', 'Created At:date', 'Group*', 'Kind*', 'ShortNames*', 'Established:boolean*'),
  cells(object) {
    const spec = objectAt(object, 'spec');
    const names = objectAt(spec, 'names');
    const versions = objectsAt(spec, 'versions').filter((version) => version.served === true);
    const conditions = objectsAt(objectAt(object, 'status'), 'conditions');
    return [
      nameOf(object),
      textAt(spec, 'scope'),
      versions.map((version) => textAt(version, 'name') + (version.storage === true ? '(storage)' : '')).join(','),
      objectAt(object, 'metadata')?.creationTimestamp ?? null,
      textAt(spec, 'group'),
      textAt(names, 'kind'),
      textsAt(names, 'shortNames').join(','),
      conditions.some((condition) => condition.type === 'Established' && condition.status === 'True'),
    ];
  },
};

const plainText = (value: Json | undefined, otherwise: string): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : otherwise;

export const disruptionBudgetTable: TableShape = {
  columns: columnsOf('Min Available', 'Max Unavailable', 'Allowed Disruptions:integer', 'Age'),
  cells(object, now) {
    const spec = objectAt(object, 'spec');
    const allowed = numberAt(objectAt(object, 'status'), 'disruptionsAllowed') ?? 0;
    return [nameOf(object), plainText(spec?.minAvailable, 'N/A'), plainText(spec?.maxUnavailable, 'N/A'), allowed, ageOf(object, now)];
  },
};

export const autoscalerTable: TableShape = {
  columns: columnsOf('Reference', 'Targets', 'MinPods', 'MaxPods', 'Replicas', 'Age'),
  cells(object, now) {
    const spec = objectAt(object, 'spec');
    const target = objectAt(spec, 'scaleTargetRef');
    return [
      nameOf(object),
      `${textAt(target, 'kind')}/${textAt(target, 'name')}`,
      autoscalerTargets(object),
      plainText(spec?.minReplicas, '<unset>'),
      numberAt(spec, 'maxReplicas') ?? 0,
      numberAt(objectAt(object, 'status'), 'currentReplicas') ?? 0,
      ageOf(object, now),
    ];
  },
};

function autoscalerTargets(object: JsonObject): string {
  const current = objectsAt(objectAt(object, 'status'), 'currentMetrics');
  const texts = objectsAt(objectAt(object, 'spec'), 'metrics').map((metric, index) => {
    const source = objectAt(metric, 'resource') ?? objectAt(metric, 'containerResource');
    const name = textAt(source, 'name');
    const target = objectAt(source, 'target');
    const now = objectAt(current[index], 'resource', 'current');
    const wanted = numberAt(target, 'averageUtilization');
    if (wanted === undefined)
      return `${name === '' ? '' : `${name}: `}${textAt(now, 'averageValue') || '<unknown>'}/${textAt(target, 'averageValue') || '<auto>'}`;
    const observed = numberAt(now, 'averageUtilization');
    return `${name}: ${observed === undefined ? '<unknown>' : `${observed}%`}/${wanted}%`;
  });
  if (texts.length === 0) return '<none>';
  return texts.length > 2 ? `${texts.slice(0, 2).join(', ')} + ${texts.length - 2} more...` : texts.join(', ');
}

export const apiServiceTable: TableShape = {
  columns: columnsOf('Service', 'Available', 'Age'),
  cells(object, now) {
    const service = objectAt(object, 'spec', 'service');
    const available = objectsAt(objectAt(object, 'status'), 'conditions').find((condition) => condition.type === 'Available');
    const status = available === undefined ? 'Unknown' : available.status === 'True' ? 'True' : `False (${textAt(available, 'reason')})`;
    return [nameOf(object), service ? `${textAt(service, 'namespace')}/${textAt(service, 'name')}` : 'Local', status, ageOf(object, now)];
  },
};

export const priorityClassTable: TableShape = {
  columns: columnsOf('Value:integer', 'Global-Default:boolean', 'Age', 'PreemptionPolicy'),
  cells: (object, now) => [
    nameOf(object),
    numberAt(object, 'value') ?? 0,
    object.globalDefault === true,
    ageOf(object, now),
    textAt(object, 'preemptionPolicy'),
  ],
};

export const storageClassTable: TableShape = {
  columns: columnsOf('Provisioner', 'ReclaimPolicy', 'VolumeBindingMode', 'AllowVolumeExpansion', 'Age'),
  cells: (object, now) => [
    nameOf(object) +
      (objectAt(object, 'metadata', 'annotations')?.['storageclass.kubernetes.io/is-default-class'] === 'true' ? ' (default)' : ''),
    textAt(object, 'provisioner'),
    textAt(object, 'reclaimPolicy'),
    textAt(object, 'volumeBindingMode'),
    object.allowVolumeExpansion === true,
    ageOf(object, now),
  ],
};
