import { type JsonObject, numberAt, objectAt, objectsAt, textAt } from '@tidegate/kube/json';
import { ageText, durationText } from './duration-text.js';
import { type TableShape, ageOf, columnsOf, containersAndImages, labelsText, nameOf, selectorText } from './table-shape.js';

const template = (object: JsonObject): JsonObject | undefined => objectAt(object, 'spec', 'template', 'spec');
const count = (from: JsonObject | undefined, key: string): number => numberAt(from, key) ?? 0;
const selector = (object: JsonObject): string => selectorText(objectAt(object, 'spec', 'selector'));

export const deploymentTable: TableShape = {
  columns: columnsOf('Ready', 'Up-to-date', 'Available', 'Age', 'Containers*', 'Images*', 'Selector*'),
  cells(object, now) {
    const status = objectAt(object, 'status');
    return [
      nameOf(object),
      `${count(status, 'readyReplicas')}/${numberAt(objectAt(object, 'spec'), 'replicas') ?? 1}`,
      count(status, 'updatedReplicas'),
      count(status, 'availableReplicas'),
      ageOf(object, now),
      ...containersAndImages(template(object)),
      selector(object),
    ];
  },
};

export const replicaSetTable: TableShape = {
  columns: columnsOf('Desired:integer', 'Current:integer', 'Ready:integer', 'Age', 'Containers*', 'Images*', 'Selector*'),
  cells(object, now) {
    const status = objectAt(object, 'status');
    return [
      nameOf(object),
      numberAt(objectAt(object, 'spec'), 'replicas') ?? 1,
      count(status, 'replicas'),
      count(status, 'readyReplicas'),
      ageOf(object, now),
      ...containersAndImages(template(object)),
      selector(object),
    ];
  },
};

export const statefulSetTable: TableShape = {
  columns: columnsOf('Ready', 'Age', 'Containers*', 'Images*'),
  cells: (object, now) => [
    nameOf(object),
    `${count(objectAt(object, 'status'), 'readyReplicas')}/${numberAt(objectAt(object, 'spec'), 'replicas') ?? 1}`,
    ageOf(object, now),
    ...containersAndImages(template(object)),
  ],
};

export const daemonSetTable: TableShape = {
  columns: columnsOf(
    'Desired:integer',
    'Current:integer',
    'Ready:integer',
    'Up-to-date:integer',
    'Available:integer',
    'Node Selector',
    'Age',
    'Containers*',
    'Images*',
    'Selector*',
  ),
  cells(object, now) {
    const status = objectAt(object, 'status');
    const counts = ['desiredNumberScheduled', 'currentNumberScheduled', 'numberReady', 'updatedNumberScheduled', 'numberAvailable'];
    return [
      nameOf(object),
      ...counts.map((key) => count(status, key)),
      labelsText(objectAt(template(object), 'nodeSelector')),
      ageOf(object, now),
      ...containersAndImages(template(object)),
      selector(object),
    ];
  },
};

export const controllerRevisionTable: TableShape = {
  columns: columnsOf('Controller', 'Revision', 'Age'),
  cells(object, now) {
    const owner = objectsAt(objectAt(object, 'metadata'), 'ownerReferences').find((reference) => reference.controller === true);
    const group = textAt(owner, 'apiVersion').split('/')[0] ?? '';
    const controller = owner
      ? `${textAt(owner, 'kind').toLowerCase()}${group === 'v1' ? '' : `.${group}`}/${textAt(owner, 'name')}`
      : '<none>';
    return [nameOf(object), controller, count(object, 'revision'), ageOf(object, now)];
  },
};

export const jobTable: TableShape = {
  columns: columnsOf('Status', 'Completions', 'Duration', 'Age', 'Containers*', 'Images*', 'Selector*'),
  cells: (object, now) => [
    nameOf(object),
    jobStatus(object),
    completions(object),
    jobDuration(objectAt(object, 'status'), now),
    ageOf(object, now),
    ...containersAndImages(template(object)),
    selector(object),
  ],
};

function jobStatus(job: JsonObject): string {
  const conditions = objectsAt(objectAt(job, 'status'), 'conditions');
  const has = (type: string): boolean => conditions.some((condition) => condition.type === type && condition.status === 'True');
  if (has('Complete')) return 'Complete';
  if (has('Failed')) return 'Failed';
  if (objectAt(job, 'metadata')?.deletionTimestamp !== undefined) return 'Terminating';
  if (has('Suspended')) return 'Suspended';
  if (has('FailureTarget')) return 'FailureTarget';
  return has('SuccessCriteriaMet') ? 'SuccessCriteriaMet' : 'Running';
}

function completions(job: JsonObject): string {
  const spec = objectAt(job, 'spec');
  const succeeded = count(objectAt(job, 'status'), 'succeeded');
  const wanted = numberAt(spec, 'completions');
  if (wanted !== undefined) return `${succeeded}/${wanted}`;
  const parallel = numberAt(spec, 'parallelism') ?? 0;
  return parallel > 1 ? `${succeeded}/1 of ${parallel}` : `${succeeded}/1`;
}

function jobDuration(status: JsonObject | undefined, now: number): string {
  const started = Date.parse(textAt(status, 'startTime'));
  if (Number.isNaN(started)) return '';
  const ended = Date.parse(textAt(status, 'completionTime'));
  return durationText((Number.isNaN(ended) ? now : ended) - started);
}

export const cronJobTable: TableShape = {
  columns: columnsOf(
    'Schedule',
    'Timezone',
    'Suspend:boolean',
    'Active:integer',
    'Last Schedule',
    'Age',
    'Containers*',
    'Images*',
    'Selector*',
  ),
  cells(object, now) {
    const spec = objectAt(object, 'spec');
    const status = objectAt(object, 'status');
    const jobSpec = objectAt(spec, 'jobTemplate', 'spec');
    return [
      nameOf(object),
      textAt(spec, 'schedule'),
      textAt(spec, 'timeZone') || '<none>',
      spec?.suspend === true ? 'True' : 'False',
      objectsAt(status, 'active').length,
      status?.lastScheduleTime === undefined ? '<none>' : ageText(status.lastScheduleTime, now),
      ageOf(object, now),
      ...containersAndImages(objectAt(jobSpec, 'template', 'spec')),
      selectorText(objectAt(jobSpec, 'selector')),
    ];
  },
};
