import { type JsonObject, numberAt, objectAt, objectsAt, textAt } from '@tidegate/kube/json';
import type { ComponentState } from '@tidegate/tenancy-contract';

type Rule = (spec: JsonObject, status: JsonObject) => ComponentState;

const of = (isReady: boolean): ComponentState => (isReady ? 'Ready' : 'InProgress');
const conditionOf = (status: JsonObject, type: string): JsonObject | undefined => objectsAt(status, 'conditions').find((c) => textAt(c, 'type') === type);
const holds = (status: JsonObject, type: string): boolean => textAt(conditionOf(status, type), 'status') === 'True';
/** Of replicas, whose number is 1 when nobody says it. */
const wantedOf = (spec: JsonObject): number => numberAt(spec, 'replicas') ?? 1;
const counts = (status: JsonObject, ...names: string[]): number[] => names.map((n) => numberAt(status, n) ?? 0);
const all = (numbers: readonly number[], wanted: number): boolean => numbers.every((n) => n === wanted);

/** How far each kind is (the rules of sigs.k8s.io/application, and of kstatus where those are content with too little: a Job that runs, a pod that failed). */
const RULES: Readonly<Record<string, Rule>> = {
  'Deployment.apps': (spec, status) => {
    if (holds(status, 'ReplicaFailure') || textAt(conditionOf(status, 'Progressing'), 'reason') === 'ProgressDeadlineExceeded') return 'Failed';
    return of(all(counts(status, 'replicas', 'updatedReplicas', 'readyReplicas', 'availableReplicas'), wantedOf(spec)));
  },
  'StatefulSet.apps': (spec, status) => of(all(counts(status, 'replicas', 'readyReplicas'), wantedOf(spec)) && textAt(status, 'currentRevision') === textAt(status, 'updateRevision')),
  'ReplicaSet.apps': (spec, status) => (holds(status, 'ReplicaFailure') ? 'Failed' : of(all(counts(status, 'replicas', 'readyReplicas', 'availableReplicas'), wantedOf(spec)))),
  'DaemonSet.apps': (_, status) => of(all(counts(status, 'numberReady', 'numberAvailable', 'updatedNumberScheduled'), numberAt(status, 'desiredNumberScheduled') ?? 0)),
  ReplicationController: (spec, status) => of(all(counts(status, 'replicas', 'readyReplicas', 'availableReplicas'), wantedOf(spec))),
  PersistentVolumeClaim: (_, status) => (textAt(status, 'phase') === 'Lost' ? 'Failed' : of(textAt(status, 'phase') === 'Bound')),
  Service: (spec, status) => of(textAt(spec, 'type') !== 'LoadBalancer' || objectsAt(objectAt(status, 'loadBalancer'), 'ingress').length > 0),
  Pod: (_, status) => {
    if (textAt(status, 'phase') === 'Failed') return 'Failed';
    return of(textAt(status, 'phase') === 'Succeeded' || holds(status, 'Ready'));
  },
  'PodDisruptionBudget.policy': (_, status) => of((numberAt(status, 'currentHealthy') ?? 0) >= (numberAt(status, 'desiredHealthy') ?? 0)),
  'Job.batch': (_, status) => (holds(status, 'Failed') ? 'Failed' : of(holds(status, 'Complete') || holds(status, 'SuccessCriteriaMet'))),
  'CronJob.batch': () => 'Ready',
  'Gateway.gateway.networking.k8s.io': (_, status) => of(holds(status, 'Programmed')),
  'HTTPRoute.gateway.networking.k8s.io': (_, status) => {
    const parents = objectsAt(status, 'parents');
    return of(parents.length > 0 && parents.every((parent) => holds(parent, 'Accepted')));
  },
};

/** Everything else: by its condition Ready, where it has one. What has no status at all is ready because it is there. */
const byConditions: Rule = (_, status) => {
  const ready = textAt(conditionOf(status, 'Ready'), 'status');
  if (holds(status, 'InProgress') || holds(status, 'Reconciling')) return 'InProgress';
  if (holds(status, 'Stalled')) return 'Failed';
  return ready === 'Unknown' ? 'InProgress' : of(ready !== 'False');
};

/** The state of one component. What its controller has not looked at yet, and what is ending, is in progress. */
export function componentState({ group, kind }: { group: string; kind: string }, object: JsonObject): ComponentState {
  const metadata = objectAt(object, 'metadata');
  if (textAt(metadata, 'deletionTimestamp') !== '') return 'InProgress';
  const status = objectAt(object, 'status') ?? {};
  const [generation, observed] = [numberAt(metadata, 'generation'), numberAt(status, 'observedGeneration')];
  const rule = RULES[group === '' ? kind : `${kind}.${group}`];
  // Those that say which generation they are about must be about this one; workloads that say nothing were not looked at.
  if (observed !== undefined ? generation !== undefined && observed < generation : group === 'apps') return 'InProgress';
  return (rule ?? byConditions)(objectAt(object, 'spec') ?? {}, status);
}
