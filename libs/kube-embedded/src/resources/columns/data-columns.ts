import { type Json, type JsonObject, numberAt, objectAt, objectsAt, textAt, textsAt } from '@tidegate/kube/json';
import { durationText } from './duration-text.js';
import { type TableShape, ageOf, columnsOf, containersAndImages, labelsText, nameOf } from './table-shape.js';

export const podTemplateTable: TableShape = {
  columns: columnsOf('Containers', 'Images', 'Pod Labels'),
  cells: (object) => [
    nameOf(object),
    ...containersAndImages(objectAt(object, 'template', 'spec')),
    labelsText(objectAt(object, 'template', 'metadata', 'labels')),
  ],
};

export const replicationControllerTable: TableShape = {
  columns: columnsOf('Desired:integer', 'Current:integer', 'Ready:integer', 'Age', 'Containers*', 'Images*', 'Selector*'),
  cells(object, now) {
    const [spec, status] = [objectAt(object, 'spec'), objectAt(object, 'status')];
    return [
      nameOf(object),
      numberAt(spec, 'replicas') ?? 0,
      numberAt(status, 'replicas') ?? 0,
      numberAt(status, 'readyReplicas') ?? 0,
      ageOf(object, now),
      ...containersAndImages(objectAt(spec, 'template', 'spec')),
      labelsText(objectAt(spec, 'selector')),
    ];
  },
};

export const signingRequestTable: TableShape = {
  columns: columnsOf('Age', 'SignerName', 'Requestor', 'RequestedDuration', 'Condition'),
  cells(object, now) {
    const spec = objectAt(object, 'spec');
    const seconds = numberAt(spec, 'expirationSeconds');
    return [
      nameOf(object),
      ageOf(object, now),
      textAt(spec, 'signerName') || '<none>',
      textAt(spec, 'username'),
      seconds === undefined ? '<none>' : durationText(seconds * 1000),
      signingState(objectAt(object, 'status')),
    ];
  },
};

function signingState(status: JsonObject | undefined): string {
  const types = objectsAt(status, 'conditions').map((condition) => textAt(condition, 'type'));
  const states = [types.includes('Denied') ? 'Denied' : types.includes('Approved') ? 'Approved' : 'Pending'];
  if (types.includes('Failed')) states.push('Failed');
  if (textAt(status, 'certificate') !== '') states.push('Issued');
  return states.join(',');
}

const orNone = (value: Json | undefined): Json => (value === undefined ? '<none>' : value);

export const flowSchemaTable: TableShape = {
  columns: columnsOf('PriorityLevel', 'MatchingPrecedence', 'DistinguisherMethod', 'Age', 'MissingPL'),
  cells(object, now) {
    const spec = objectAt(object, 'spec');
    const dangling = objectsAt(objectAt(object, 'status'), 'conditions').find((condition) => condition.type === 'Dangling');
    return [
      nameOf(object),
      textAt(objectAt(spec, 'priorityLevelConfiguration'), 'name') || '<none>',
      numberAt(spec, 'matchingPrecedence') ?? 0,
      orNone(objectAt(spec, 'distinguisherMethod')?.type),
      ageOf(object, now),
      dangling ? textAt(dangling, 'status') : '?',
    ];
  },
};

export const priorityLevelTable: TableShape = {
  columns: columnsOf('Type', 'NominalConcurrencyShares', 'Queues', 'HandSize', 'QueueLengthLimit', 'Age'),
  cells(object, now) {
    const spec = objectAt(object, 'spec');
    const limited = objectAt(spec, 'limited') ?? objectAt(spec, 'exempt');
    const queuing = objectAt(limited, 'limitResponse', 'queuing');
    return [
      nameOf(object),
      textAt(spec, 'type'),
      orNone(limited?.nominalConcurrencyShares),
      orNone(queuing?.queues),
      orNone(queuing?.handSize),
      orNone(queuing?.queueLengthLimit),
      ageOf(object, now),
    ];
  },
};

export const runtimeClassTable: TableShape = {
  columns: columnsOf('Handler', 'Age'),
  cells: (object, now) => [nameOf(object), textAt(object, 'handler'), ageOf(object, now)],
};

export const csiDriverTable: TableShape = {
  columns: columnsOf('AttachRequired:boolean', 'PodInfoOnMount:boolean', 'StorageCapacity:boolean', 'TokenRequests', 'RequiresRepublish:boolean', 'Modes', 'Age'),
  cells(object, now) {
    const spec = objectAt(object, 'spec');
    const audiences = objectsAt(spec, 'tokenRequests').map((request) => textAt(request, 'audience'));
    return [
      nameOf(object),
      spec?.attachRequired !== false,
      spec?.podInfoOnMount === true,
      spec?.storageCapacity === true,
      audiences.join(',') || '<unset>',
      spec?.requiresRepublish === true,
      textsAt(spec, 'volumeLifecycleModes').join(',') || '<none>',
      ageOf(object, now),
    ];
  },
};

export const csiNodeTable: TableShape = {
  columns: columnsOf('Drivers:integer', 'Age'),
  cells: (object, now) => [nameOf(object), objectsAt(objectAt(object, 'spec'), 'drivers').length, ageOf(object, now)],
};

export const volumeAttachmentTable: TableShape = {
  columns: columnsOf('Attacher', 'PV', 'Node', 'Attached:boolean', 'Age').map((column) => (column.name === 'Attacher' ? { ...column, format: 'name' } : column)),
  cells(object, now) {
    const spec = objectAt(object, 'spec');
    return [
      nameOf(object),
      textAt(spec, 'attacher'),
      textAt(objectAt(spec, 'source'), 'persistentVolumeName'),
      textAt(spec, 'nodeName'),
      objectAt(object, 'status')?.attached === true,
      ageOf(object, now),
    ];
  },
};

export const volumeAttributesClassTable: TableShape = {
  columns: columnsOf('DriverName', 'Age'),
  cells: (object, now) => [nameOf(object), textAt(object, 'driverName'), ageOf(object, now)],
};
