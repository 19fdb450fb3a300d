import { type JsonObject, numberAt, objectAt, objectsAt, textAt, textsAt } from '@tidegate/kube/json';
import { type TableShape, ageOf, columnsOf, nameColumn, nameOf, plainColumns } from './table-shape.js';
import { ageText } from './duration-text.js';

const sizeOf = (object: JsonObject, ...keys: string[]): number =>
  keys.reduce((sum, key) => sum + Object.keys(objectAt(object, key) ?? {}).length, 0);

export const namespaceTable: TableShape = {
  columns: columnsOf('Status', 'Age'),
  cells: (object, now) => [nameOf(object), textAt(objectAt(object, 'status'), 'phase'), ageOf(object, now)],
};
export const configMapTable: TableShape = {
  columns: columnsOf('Data', 'Age'),
  cells: (object, now) => [nameOf(object), sizeOf(object, 'data', 'binaryData'), ageOf(object, now)],
};
export const secretTable: TableShape = {
  columns: columnsOf('Type', 'Data', 'Age'),
  cells: (object, now) => [nameOf(object), textAt(object, 'type'), sizeOf(object, 'data'), ageOf(object, now)],
};
export const leaseTable: TableShape = {
  columns: columnsOf('Holder', 'Age'),
  cells: (object, now) => [nameOf(object), textAt(objectAt(object, 'spec'), 'holderIdentity'), ageOf(object, now)],
};

export const nodeTable: TableShape = {
  columns: columnsOf(
    'Status',
    'Roles',
    'Age',
    'Version',
    'Internal-IP*',
    'External-IP*',
    'OS-Image*',
    'Kernel-Version*',
    'Container-Runtime*',
  ),
  cells(object, now) {
    const status = objectAt(object, 'status');
    const info = objectAt(status, 'nodeInfo');
    const address = (type: string): string =>
      textAt(
        objectsAt(status, 'addresses').find((entry) => entry.type === type),
        'address',
      ) || '<none>';
    return [
      nameOf(object),
      nodeStatus(object),
      nodeRoles(object),
      ageOf(object, now),
      textAt(info, 'kubeletVersion'),
      address('InternalIP'),
      address('ExternalIP'),
      textAt(info, 'osImage') || '<unknown>',
      textAt(info, 'kernelVersion') || '<unknown>',
      textAt(info, 'containerRuntimeVersion') || '<unknown>',
    ];
  },
};

function nodeStatus(node: JsonObject): string {
  const ready = objectsAt(objectAt(node, 'status'), 'conditions').find((condition) => condition.type === 'Ready');
  const parts = [ready === undefined ? 'Unknown' : ready.status === 'True' ? 'Ready' : 'NotReady'];
  if (objectAt(node, 'spec')?.unschedulable === true) parts.push('SchedulingDisabled');
  return parts.join(',');
}

const rolePrefix = 'node-role.kubernetes.io/';

function nodeRoles(node: JsonObject): string {
  const labels = objectAt(node, 'metadata', 'labels') ?? {};
  const roles = Object.keys(labels).filter((key) => key.startsWith(rolePrefix) && key.length > rolePrefix.length);
  return (
    roles
      .map((key) => key.slice(rolePrefix.length))
      .sort()
      .join(',') || '<none>'
  );
}

export const claimTable: TableShape = {
  columns: columnsOf('Status', 'Volume', 'Capacity', 'Access Modes', 'StorageClass', 'VolumeAttributesClass', 'Age', 'VolumeMode*'),
  cells(object, now) {
    const spec = objectAt(object, 'spec');
    const status = objectAt(object, 'status');
    const bound = textAt(spec, 'volumeName') !== '';
    const phase = objectAt(object, 'metadata')?.deletionTimestamp === undefined ? textAt(status, 'phase') : 'Terminating';
    return [
      nameOf(object),
      phase,
      textAt(spec, 'volumeName'),
      bound ? textAt(objectAt(status, 'capacity'), 'storage') : '',
      bound ? accessModes(textsAt(status, 'accessModes')) : '',
      textAt(spec, 'storageClassName'),
      textAt(spec, 'volumeAttributesClassName') || '<unset>',
      ageOf(object, now),
      textAt(spec, 'volumeMode'),
    ];
  },
};

const accessModeLetters: Record<string, string> = {
  ReadWriteOnce: 'RWO',
  ReadOnlyMany: 'ROX',
  ReadWriteMany: 'RWX',
  ReadWriteOncePod: 'RWOP',
};
const accessModes = (modes: string[]): string => modes.map((mode) => accessModeLetters[mode] ?? mode).join(',');

export const volumeTable: TableShape = {
  columns: columnsOf(
    'Capacity',
    'Access Modes',
    'Reclaim Policy',
    'Status',
    'Claim',
    'StorageClass',
    'VolumeAttributesClass',
    'Reason',
    'Age',
    'VolumeMode*',
  ),
  cells(object, now) {
    const spec = objectAt(object, 'spec');
    const claim = objectAt(spec, 'claimRef');
    return [
      nameOf(object),
      textAt(objectAt(spec, 'capacity'), 'storage'),
      accessModes(textsAt(spec, 'accessModes')),
      textAt(spec, 'persistentVolumeReclaimPolicy'),
      textAt(objectAt(object, 'status'), 'phase'),
      claim ? `${textAt(claim, 'namespace')}/${textAt(claim, 'name')}` : '',
      textAt(spec, 'storageClassName'),
      textAt(spec, 'volumeAttributesClassName') || '<unset>',
      textAt(objectAt(object, 'status'), 'reason'),
      ageOf(object, now),
      textAt(spec, 'volumeMode'),
    ];
  },
};

export const resourceQuotaTable: TableShape = {
  columns: columnsOf('Request', 'Limit', 'Age'),
  cells(object, now) {
    const hard = objectAt(object, 'status', 'hard') ?? {};
    const used = objectAt(object, 'status', 'used');
    const row = (key: string): string => `${key}: ${textAt(used, key)}/${textAt(hard, key)}`;
    const keys = Object.keys(hard).sort();
    const limits = keys.filter((key) => key.startsWith('limits.'));
    const requests = keys.filter((key) => !key.startsWith('limits.'));
    return [nameOf(object), requests.map(row).join(', '), limits.map(row).join(', '), ageOf(object, now)];
  },
};

/** Core events and events.k8s.io events are the same objects under two names. */
export const eventTable: TableShape = {
  columns: [
    ...plainColumns('Last Seen', 'Type', 'Reason', 'Object', 'Subobject*', 'Source*', 'Message', 'First Seen*', 'Count*'),
    { ...nameColumn, priority: 1 },
  ],
  cells(event, now) {
    const regarding = objectAt(event, 'involvedObject') ?? objectAt(event, 'regarding');
    const source = objectAt(event, 'source') ?? objectAt(event, 'deprecatedSource');
    const series = objectAt(event, 'series');
    const first = event.firstTimestamp ?? event.deprecatedFirstTimestamp ?? event.eventTime;
    const last = series?.lastObservedTime ?? event.lastTimestamp ?? event.deprecatedLastTimestamp ?? first;
    const component = textAt(source, 'component') || textAt(event, 'reportingComponent') || textAt(event, 'reportingController');
    const host = textAt(source, 'host');
    return [
      ageText(last, now),
      textAt(event, 'type'),
      textAt(event, 'reason'),
      `${textAt(regarding, 'kind').toLowerCase()}/${textAt(regarding, 'name')}`,
      textAt(regarding, 'fieldPath'),
      host === '' ? component : `${component}, ${host}`,
      (textAt(event, 'message') || textAt(event, 'note')).trim(),
      ageText(first, now),
      numberAt(series, 'count') ?? numberAt(event, 'count') ?? numberAt(event, 'deprecatedCount') ?? 1,
      nameOf(event),
    ];
  },
};

export const bindingTable: TableShape = {
  columns: columnsOf('Role', 'Age', 'Users*', 'Groups*', 'ServiceAccounts*'),
  cells(object, now) {
    const role = objectAt(object, 'roleRef');
    const subjects = objectsAt(object, 'subjects');
    const named = (kind: string): string =>
      subjects
        .filter((subject) => subject.kind === kind)
        .map((subject) =>
          kind === 'ServiceAccount' ? `${textAt(subject, 'namespace')}/${textAt(subject, 'name')}` : textAt(subject, 'name'),
        )
        .join(', ');
    return [
      nameOf(object),
      `${textAt(role, 'kind')}/${textAt(role, 'name')}`,
      ageOf(object, now),
      named('User'),
      named('Group'),
      named('ServiceAccount'),
    ];
  },
};
