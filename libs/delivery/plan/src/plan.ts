import type { Deployment, Service, StatefulSet } from '@tidegate/kube';
import type { EventReason, Release, ReleaseStatus, StrategyStatus } from '@tidegate/delivery-contract';
import type { HttpRoute } from '@tidegate/traffic-router';
import type { WorkloadKind } from './observed.js';

export type MadeWorkload = { kind: 'Deployment'; object: Deployment } | { kind: 'StatefulSet'; object: StatefulSet };

/** One write. Every one may be repeated: done twice it is as done once. */
export type Action =
  | { do: 'add-finalizer' }
  | { do: 'remove-finalizer' }
  | { do: 'make-keys'; secret: string }
  | { do: 'create-release'; release: Release }
  | { do: 'write-release-status'; release: string; status: ReleaseStatus }
  | { do: 'clear-hand'; release: string }
  | { do: 'write-strategy-status'; status: StrategyStatus }
  | { do: 'make-workload'; workload: MadeWorkload }
  | { do: 'scale-workload'; kind: WorkloadKind; name: string; replicas: number }
  | { do: 'hand-over-workload'; kind: WorkloadKind; name: string; keepOrigin: boolean }
  | { do: 'remove-workload'; kind: WorkloadKind; name: string; uid: string }
  | { do: 'apply-service'; object: Service }
  | { do: 'apply-route'; object: HttpRoute }
  /** As apply-route, over an edit by somebody else, who is named in an event. */
  | { do: 'restore-route'; object: HttpRoute }
  | { do: 'remove-service'; name: string }
  | { do: 'remove-route'; name: string }
  | { do: 'delete-release'; name: string }
  | { do: 'event'; on: { kind: 'Strategy' } | { kind: 'Release'; name: string }; reason: EventReason; message: string };

/** What to write, in this order, and when to look again. A value: printed with `describePlan`, compared in golden files. */
export interface Plan {
  /** Where things stand, as one word and a sentence. */
  finding: { reason: string; message: string };
  actions: Action[];
  /** Traffic must leave a version now: if saving the decision fails, the route is written all the same. */
  urgent: boolean;
  lookAgainInMs?: number;
}

/** The plan as text, one line per write. */
export function describePlan(plan: Plan): string {
  const head = `${plan.finding.reason}: ${plan.finding.message}${plan.urgent ? '  [urgent]' : ''}`;
  const again = plan.lookAgainInMs === undefined ? [] : [`look again in ${plan.lookAgainInMs} ms`];
  return [head, ...plan.actions.map((a) => `  ${describeAction(a)}`), ...again].join('\n');
}

function describeAction(action: Action): string {
  switch (action.do) {
    case 'add-finalizer':
    case 'remove-finalizer':
      return action.do;
    case 'make-keys':
      return `make-keys ${action.secret}`;
    case 'create-release':
      return `create-release ${action.release.metadata?.name} ${action.release.spec.principal} -> ${action.release.spec.candidate}`;
    case 'write-release-status':
      return `write-release-status ${action.release} ${describeReleaseStatus(action.status)}`;
    case 'write-strategy-status':
      return `write-strategy-status ${action.status.phase ?? ''} promoted=${action.status.promoted ?? '-'} weight=${action.status.weight ?? '-'}`;
    case 'make-workload':
      return `make-workload ${action.workload.kind}/${action.workload.object.metadata?.name} replicas=${action.workload.object.spec?.replicas}`;
    case 'scale-workload':
      return `scale-workload ${action.kind}/${action.name} to ${action.replicas}`;
    case 'hand-over-workload':
    case 'remove-workload':
      return `${action.do} ${action.kind}/${action.name}`;
    case 'apply-service':
      return `apply-service ${action.object.metadata?.name}`;
    case 'apply-route':
    case 'restore-route':
      return `${action.do} ${action.object.metadata?.name} ${describeRoute(action.object)}`;
    case 'remove-service':
    case 'remove-route':
    case 'delete-release':
      return `${action.do} ${action.name}`;
    case 'clear-hand':
      return `clear-hand ${action.release}`;
    case 'event':
      return `event ${action.on.kind} ${action.reason}: ${action.message}`;
  }
}

function describeReleaseStatus(status: ReleaseStatus): string {
  const decision = status.decision ? ` decision=${status.decision.reason}` : '';
  const checkpoint = status.checkpoint ? ` checkpoint=${status.checkpoint.second}` : '';
  return `${status.phase}/${status.reason} step=${status.step} weight=${status.weight}${decision}${checkpoint}`;
}

function describeRoute(route: HttpRoute): string {
  const rules = (route.spec.rules ?? []).map((rule) => {
    const backends = (rule.backendRefs ?? []).map((b) => `${b.name}=${b.weight}`).join(' ');
    const mirror = rule.filters?.find((f) => f.requestMirror)?.requestMirror;
    return `${rule.name}[${backends}]${mirror ? ` mirror ${mirror.backendRef.name} ${mirror.percent ?? mirror.fraction?.numerator}` : ''}`;
  });
  return rules.join(' ');
}
