import { type JsonObject, numberAt, objectAt, objectsAt, textAt } from '@tidegate/kube/json';
import { ageText } from './duration-text.js';
import { type TableShape, ageOf, columnsOf, nameOf } from './table-shape.js';

export const podTable: TableShape = {
  columns: columnsOf('Ready', 'Status', 'Restarts', 'Age', 'IP*', 'Node*', 'Nominated Node*', 'Readiness Gates*'),
  cells(pod, now) {
    const spec = objectAt(pod, 'spec');
    const status = objectAt(pod, 'status');
    const { ready, total, restarts } = containerCounts(pod, now);
    return [
      nameOf(pod),
      `${ready}/${total}`,
      podStatusText(pod),
      restarts,
      ageOf(pod, now),
      textAt(objectsAt(status, 'podIPs')[0], 'ip') || textAt(status, 'podIP') || '<none>',
      textAt(spec, 'nodeName') || '<none>',
      textAt(status, 'nominatedNodeName') || '<none>',
      readinessGates(pod),
    ];
  },
};

/** An init container that keeps running beside the others. */
function isSidecar(pod: JsonObject, name: string): boolean {
  return objectsAt(objectAt(pod, 'spec'), 'initContainers').some(
    (container) => container.name === name && container.restartPolicy === 'Always',
  );
}

function containerCounts(pod: JsonObject, now: number): { ready: number; total: number; restarts: string } {
  const status = objectAt(pod, 'status');
  const sidecars = objectsAt(objectAt(pod, 'spec'), 'initContainers').filter((container) => container.restartPolicy === 'Always').length;
  const inits = objectsAt(status, 'initContainerStatuses');
  const counted = [...inits.filter((entry) => isSidecar(pod, textAt(entry, 'name'))), ...objectsAt(status, 'containerStatuses')];
  const initializing = inits.some(
    (entry) => objectAt(entry, 'state', 'terminated')?.exitCode !== 0 && !isSidecar(pod, textAt(entry, 'name')),
  );
  const restartsOf = initializing ? inits : counted;
  const restarts = restartsOf.reduce((sum, entry) => sum + (numberAt(entry, 'restartCount') ?? 0), 0);
  const last = restartsOf
    .map((entry) => textAt(objectAt(entry, 'lastState', 'terminated'), 'finishedAt'))
    .sort()
    .pop();
  return {
    ready: counted.filter((entry) => entry.ready === true && objectAt(entry, 'state', 'running') !== undefined).length,
    total: objectsAt(objectAt(pod, 'spec'), 'containers').length + sidecars,
    restarts: restarts > 0 && last ? `${restarts} (${ageText(last, now)} ago)` : String(restarts),
  };
}

/** kubectl's STATUS: the phase, unless a container tells more. */
export function podStatusText(pod: JsonObject): string {
  const status = objectAt(pod, 'status');
  const phase = textAt(status, 'phase');
  let reason = textAt(status, 'reason') || phase;
  if (objectsAt(status, 'conditions').some((condition) => condition.type === 'PodScheduled' && condition.reason === 'SchedulingGated'))
    reason = 'SchedulingGated';
  const init = initReason(pod);
  if (init !== undefined) reason = init;
  if (
    init === undefined ||
    objectsAt(status, 'conditions').some((condition) => condition.type === 'Initialized' && condition.status === 'True')
  )
    reason = containerReason(pod, reason);
  if (objectAt(pod, 'metadata')?.deletionTimestamp === undefined) return reason;
  if (textAt(status, 'reason') === 'NodeLost') return 'Unknown';
  return phase === 'Succeeded' || phase === 'Failed' ? reason : 'Terminating';
}

function initReason(pod: JsonObject): string | undefined {
  const inits = objectsAt(objectAt(pod, 'status'), 'initContainerStatuses');
  for (const [index, entry] of inits.entries()) {
    const terminated = objectAt(entry, 'state', 'terminated');
    if (terminated?.exitCode === 0) continue;
    if (isSidecar(pod, textAt(entry, 'name')) && entry.started === true) continue;
    if (terminated) return `Init:${terminatedReason(terminated)}`;
    const waiting = textAt(objectAt(entry, 'state', 'waiting'), 'reason');
    if (waiting !== '' && waiting !== 'PodInitializing') return `Init:${waiting}`;
    return `Init:${index}/${objectsAt(objectAt(pod, 'spec'), 'initContainers').length}`;
  }
  return undefined;
}

function terminatedReason(terminated: JsonObject): string {
  const signal = numberAt(terminated, 'signal') ?? 0;
  return textAt(terminated, 'reason') || (signal !== 0 ? `Signal:${signal}` : `ExitCode:${numberAt(terminated, 'exitCode') ?? 0}`);
}

function containerReason(pod: JsonObject, otherwise: string): string {
  const status = objectAt(pod, 'status');
  let reason = otherwise;
  let isRunning = false;
  for (const entry of objectsAt(status, 'containerStatuses').reverse()) {
    const waiting = textAt(objectAt(entry, 'state', 'waiting'), 'reason');
    const terminated = objectAt(entry, 'state', 'terminated');
    if (waiting !== '') reason = waiting;
    else if (terminated) reason = terminatedReason(terminated);
    else if (entry.ready === true && objectAt(entry, 'state', 'running')) isRunning = true;
  }
  if (reason !== 'Completed' || !isRunning) return reason;
  return objectsAt(status, 'conditions').some((condition) => condition.type === 'Ready' && condition.status === 'True')
    ? 'Running'
    : 'NotReady';
}

function readinessGates(pod: JsonObject): string {
  const gates = objectsAt(objectAt(pod, 'spec'), 'readinessGates');
  if (gates.length === 0) return '<none>';
  const conditions = objectsAt(objectAt(pod, 'status'), 'conditions');
  const met = gates.filter((gate) => conditions.some((condition) => condition.type === gate.conditionType && condition.status === 'True'));
  return `${met.length}/${gates.length}`;
}
