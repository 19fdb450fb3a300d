import { kinds, type Deployment, type Pod, type Service } from '@tidegate/kube';
import {
  REVISION_CONDITIONS,
  conditionOf,
  podAutoscalers,
  settleConditions,
  trafficPolicies,
  type Finding,
  type PodAutoscaler,
  type Revision,
  type RevisionStatus,
  type TrafficPolicy,
} from '@tidegate/serving-contract';
import { needsApply } from '../drift.js';
import { asBefore, isFalse, isUnknown } from '../findings.js';
import { isControlledBy, notOwnedMessage } from '../ownership.js';
import type { Action, Plan } from '../plan.js';
import type { Settings } from '../settings.js';
import { desiredPodAutoscaler } from './desired-autoscaler.js';
import { changedDeployment, desiredDeployment } from './desired-deployment.js';
import { desiredTrafficPolicy } from './desired-policy.js';
import { desiredRevisionService } from './desired-service.js';
import { digestsOf, type ResolvedImage } from './digests.js';
import { revisionFindings, silenceEndsInMs } from './revision-findings.js';

export interface ObservedRevision {
  revision: Revision;
  deployment?: Deployment;
  service?: Service;
  podAutoscaler?: PodAutoscaler;
  policy?: TrafficPolicy;
  pods: readonly Pod[];
  /** What registries said so far, by image. */
  resolved: ReadonlyMap<string, ResolvedImage>;
  /** Why the API server would not take what the Revision needs. */
  refusal?: string;
}

export interface RevisionPlan extends Plan<RevisionStatus> {
  /** Images that a registry has to be asked about. */
  resolve: string[];
}

/** An image that could not be found is asked for again after this time. */
const RESOLVE_AGAIN_MS = 10_000;

/** digests ─► Deployment ─► Service, TrafficPolicy ─► PodAutoscaler ─► conditions. */
export function planRevision(observed: ObservedRevision, settings: Settings, now: number): RevisionPlan {
  const { revision } = observed;
  const digests = digestsOf(revision, settings, observed.resolved, observed.pods);
  const revised: Revision = { ...revision, status: { ...revision.status, ...digests.status } };
  const before = revision.status?.conditions;
  const ends = (findings: Finding[], plan: Partial<RevisionPlan> = {}): RevisionPlan => ({
    actions: [],
    resolve: [],
    ...plan,
    status: statusOf(revised, observed.podAutoscaler, findings, now),
  });

  if (settings.platform.digestsFrom === 'registry' && digests.failure !== undefined) {
    const missing = isFalse('ContainerHealthy', 'ContainerMissing', digests.failure);
    return ends([asBefore(before, 'ResourcesAvailable'), missing, asBefore(before, 'Active')], { lookAgainInMs: RESOLVE_AGAIN_MS });
  }
  if (settings.platform.digestsFrom === 'registry' && digests.missing.length > 0) {
    const resolving = isUnknown('ResourcesAvailable', 'ResolvingDigests');
    return ends([resolving, asBefore(before, 'ContainerHealthy'), asBefore(before, 'Active')], { resolve: digests.missing });
  }
  const stranger = notOurs(observed);
  if (stranger) return ends([stranger, asBefore(before, 'ContainerHealthy'), asBefore(before, 'Active')]);

  if (observed.refusal !== undefined) {
    const refused = isFalse('ResourcesAvailable', 'CreationFailed', observed.refusal);
    return ends([refused, asBefore(before, 'ContainerHealthy'), asBefore(before, 'Active')]);
  }

  const { deployment } = observed;
  const findings = deployment
    ? revisionFindings({ ...observed, revision: revised, deployment }, settings, now)
    : [isUnknown('ResourcesAvailable', 'Deploying'), isUnknown('ContainerHealthy', 'Deploying'), isUnknown('Active', 'Deploying')];
  const plan = ends(findings, { actions: childActions(observed, revised, findings, settings) });
  const lookAgainInMs = silenceEndsInMs(observed.podAutoscaler, now);
  if (lookAgainInMs !== undefined) plan.lookAgainInMs = lookAgainInMs;
  const [was, is] = [before, plan.status?.conditions].map((c) => conditionOf(c, 'Ready')?.status);
  if (is === 'True' && was !== 'True') {
    plan.actions.push({
      do: 'event',
      type: 'Normal',
      reason: 'RevisionReady',
      message: 'Revision becomes ready upon all resources being ready',
    });
  }
  return plan;
}

function childActions(observed: ObservedRevision, revision: Revision, findings: Finding[], settings: Settings): Action[] {
  const actions: Action[] = [];
  const deployment = desiredDeployment(revision, settings);
  // The pod takes longest, so it begins first. The PodAutoscaler comes last: a Revision is not ready before it says so, and then the rest is there.
  if (!observed.deployment) actions.push({ do: 'create', kind: kinds.deployments, object: deployment });
  else {
    const changed = changedDeployment(observed.deployment, deployment);
    if (changed) actions.push({ do: 'replace', kind: kinds.deployments, object: changed });
  }
  const service = desiredRevisionService(revision);
  if (needsApply(observed.service, service)) actions.push({ do: 'apply', kind: kinds.services, object: service });
  const policy = desiredTrafficPolicy(revision, settings);
  if (needsApply(observed.policy, policy)) actions.push({ do: 'apply', kind: trafficPolicies, object: policy });
  const podAutoscaler = desiredPodAutoscaler(revision, observed.deployment, findings, settings);
  if (needsApply(observed.podAutoscaler, podAutoscaler)) actions.push({ do: 'apply', kind: podAutoscalers, object: podAutoscaler });
  return actions;
}

function notOurs({ revision, deployment, service, podAutoscaler, policy }: ObservedRevision): Finding | undefined {
  const children = { Deployment: deployment, Service: service, PodAutoscaler: podAutoscaler, TrafficPolicy: policy };
  for (const [kind, object] of Object.entries(children)) {
    if (object && !isControlledBy(object, revision)) {
      return isFalse('ResourcesAvailable', 'NotOwned', notOwnedMessage(kind, object.metadata?.name ?? ''));
    }
  }
  return undefined;
}

function statusOf(revised: Revision, podAutoscaler: PodAutoscaler | undefined, findings: Finding[], now: number): RevisionStatus {
  const { actualReplicas: _a, desiredReplicas: _d, ...kept } = revised.status ?? {};
  const { actualScale = -1, desiredScale = -1 } = podAutoscaler?.status ?? {};
  return {
    ...kept,
    observedGeneration: revised.metadata?.generation,
    conditions: settleConditions(REVISION_CONDITIONS, revised.status?.conditions, findings, now),
    ...(actualScale >= 0 ? { actualReplicas: actualScale } : {}),
    ...(desiredScale >= 0 ? { desiredReplicas: desiredScale } : {}),
  };
}
