import { type JsonObject, objectAt, objectsAt, textAt } from '@tidegate/kube/json';
import { ageText } from './duration-text.js';
import { type TableShape, ageOf, columnsOf, nameOf, plainColumns } from './table-shape.js';

export const resourceClaimTable: TableShape = {
  columns: columnsOf('State', 'Age'),
  cells: (object, now) => [nameOf(object), claimState(object), ageOf(object, now)],
};

function claimState(claim: JsonObject): string {
  const status = objectAt(claim, 'status');
  const states = objectAt(claim, 'metadata')?.deletionTimestamp === undefined ? [] : ['deleted'];
  if (!objectAt(status, 'allocation')) return [...states, 'pending'].join(',');
  states.push('allocated');
  if (objectsAt(status, 'reservedFor').length > 0) states.push('reserved');
  return states.join(',');
}

export const resourceSliceTable: TableShape = {
  columns: columnsOf('Node', 'Driver', 'Pool', 'Age'),
  cells(object, now) {
    const spec = objectAt(object, 'spec');
    return [nameOf(object), textAt(spec, 'nodeName') || '<unset>', textAt(spec, 'driver'), textAt(objectAt(spec, 'pool'), 'name'), ageOf(object, now)];
  },
};

export const deviceTaintRuleTable: TableShape = {
  columns: columnsOf('Key', 'Value', 'Effect', 'TimeAdded', 'Age'),
  cells(object, now) {
    const taint = objectAt(object, 'spec', 'taint');
    return [nameOf(object), textAt(taint, 'key'), textAt(taint, 'value'), textAt(taint, 'effect'), ageText(taint?.timeAdded, now), ageOf(object, now)];
  },
};

export const trustBundleTable: TableShape = {
  columns: columnsOf('SignerName'),
  cells: (object) => [nameOf(object), textAt(objectAt(object, 'spec'), 'signerName') || '<none>'],
};

export const podCertificateRequestTable: TableShape = {
  columns: columnsOf('PodName', 'ServiceAccountName', 'NodeName', 'SignerName', 'State', 'UnverifiedUserAnnotations'),
  cells(object) {
    const spec = objectAt(object, 'spec');
    const conditions = objectsAt(objectAt(object, 'status'), 'conditions').map((condition) => textAt(condition, 'type'));
    const annotations = Object.entries(objectAt(spec, 'unverifiedUserAnnotations') ?? {}).map(([key, value]) => `${key}=${String(value)}`);
    return [
      nameOf(object),
      ...['podName', 'serviceAccountName', 'nodeName', 'signerName'].map((field) => textAt(spec, field)),
      conditions[0] ?? 'Pending',
      annotations.sort().join(','),
    ];
  },
};

export const storageVersionMigrationTable: TableShape = {
  columns: plainColumns('Name', 'Resource', 'Status'),
  cells(object) {
    const migrated = objectAt(object, 'spec', 'resource');
    const [group, resource] = [textAt(migrated, 'group'), textAt(migrated, 'resource')];
    const conditions = objectsAt(objectAt(object, 'status'), 'conditions').filter((condition) => condition.status === 'True');
    return [nameOf(object), group ? `${resource}.${group}` : resource, textAt(conditions[0], 'type') || 'Running'];
  },
};
