import {
  CONFIGURATION_CONDITIONS,
  CONFIGURATION_GENERATION_LABEL,
  conditionOf,
  revisions,
  settleConditions,
  type Configuration,
  type ConfigurationStatus,
  type Finding,
  type Revision,
} from '@tidegate/serving-contract';
import { isSame } from '../drift.js';
import { isFalse, isTrue, isUnknown } from '../findings.js';
import type { Action, Plan } from '../plan.js';
import { desiredRevision } from './desired-revision.js';
import { latestReady } from './latest-ready.js';
import { namedRevisionConflicts } from './named-revision.js';

export interface ObservedConfiguration {
  configuration: Configuration;
  /** Revisions with the Configuration's label. */
  revisions: readonly Revision[];
  /** The Revision that has the name which the template asks for, whosever it is. */
  namedRevision?: Revision;
  /** Why the API server would not take the Revision of this generation. */
  refusal?: string;
}

/** A Revision for each generation of the template, and which of them is the newest that can serve. */
export function planConfiguration(observed: ObservedConfiguration, now: number): Plan<ConfigurationStatus> {
  const { configuration } = observed;
  const name = configuration.spec.template.metadata?.name;
  if (namedRevisionConflicts(configuration, observed.namedRevision)) {
    return failed(observed, `revisions.serving.knative.dev "${name}" already exists`, now);
  }
  if (observed.refusal !== undefined) return failed(observed, observed.refusal, now);
  const created = createdRevision(observed);
  if (created) return withCreated(observed, created, [], now);
  const made = desiredRevision(configuration, now);
  return withCreated(observed, made, [{ do: 'create', kind: revisions, object: made }], now);
}

function createdRevision({ configuration, revisions: all, namedRevision }: ObservedConfiguration): Revision | undefined {
  if (configuration.spec.template.metadata?.name) return namedRevision;
  const generation = String(configuration.metadata?.generation);
  return all.find((r) => r.metadata?.labels?.[CONFIGURATION_GENERATION_LABEL] === generation);
}

function withCreated(observed: ObservedConfiguration, created: Revision, actions: Action[], now: number): Plan<ConfigurationStatus> {
  const { configuration } = observed;
  const before = configuration.status?.latestReadyRevisionName;
  const latestCreatedRevisionName = created.metadata?.name ?? '';
  const latestReadyRevisionName = latestReady(configuration, observed.revisions, created);
  const said = conditionOf(created.status?.conditions, 'Ready');
  const ready = readyFinding(said?.status === 'False', latestCreatedRevisionName, latestReadyRevisionName, said?.message ?? '');
  const status = settled(configuration, ready, now, { latestCreatedRevisionName, latestReadyRevisionName });
  return { actions: [...actions, ...events(configuration, status, said?.status, before)], status };
}

function readyFinding(failed: boolean, created: string, ready: string | undefined, message: string): Finding {
  if (failed) return isFalse('Ready', 'RevisionFailed', `Revision "${created}" failed with message: ${message.replace(/\.+$/, '')}.`);
  return ready === created ? isTrue('Ready') : isUnknown('Ready');
}

function events(
  configuration: Configuration,
  status: ConfigurationStatus,
  createdIs: string | undefined,
  before: string | undefined,
): Action[] {
  const { latestCreatedRevisionName: created, latestReadyRevisionName: ready } = status;
  const found: Action[] = [];
  if (createdIs === 'True' && before === undefined) found.push(normal('ConfigurationReady', 'Configuration becomes ready'));
  const [was, is] = [configuration.status, status].map((s) => conditionOf(s?.conditions, 'Ready'));
  if (createdIs === 'False' && !isSame(was, is)) {
    if (created === ready) found.push(warning('LatestReadyFailed', `Latest ready revision "${created}" has failed`));
    else found.push(warning('LatestCreatedFailed', `Latest created revision "${created}" has failed`));
  }
  if (ready !== undefined && ready !== before) {
    found.push(normal('LatestReadyUpdate', `LatestReadyRevisionName updated to "${ready}"`));
  }
  return found;
}

/** The Revisions that there are stay as they are. */
function failed({ configuration }: ObservedConfiguration, message: string, now: number): Plan<ConfigurationStatus> {
  const finding = isFalse('Ready', 'RevisionFailed', `Revision creation failed with message: ${message}.`);
  return { actions: [], status: settled(configuration, finding, now, {}) };
}

function settled(configuration: Configuration, ready: Finding, now: number, changes: Partial<ConfigurationStatus>): ConfigurationStatus {
  const conditions = settleConditions(CONFIGURATION_CONDITIONS, configuration.status?.conditions, [ready], now);
  return { ...configuration.status, ...changes, observedGeneration: configuration.metadata?.generation, conditions };
}

const normal = (reason: string, message: string): Action => ({ do: 'event', type: 'Normal', reason, message });
const warning = (reason: string, message: string): Action => ({ do: 'event', type: 'Warning', reason, message });
