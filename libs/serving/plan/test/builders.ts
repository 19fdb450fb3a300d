import { type Deployment, type Kind, type KubeObject, type Pod, timestamp } from '@tidegate/kube';
import { defaultServingConfig } from '@tidegate/serving-config';
import type {
  Condition,
  Configuration,
  KnativeService,
  PodAutoscaler,
  Revision,
  RevisionTemplate,
  Route,
} from '@tidegate/serving-contract';
import type { HttpRoute } from '@tidegate/traffic-router';
import { stringify } from 'yaml';
import { desiredConfiguration, desiredRoute } from '../src/service/desired-children.js';
import { desiredRevision } from '../src/configuration/desired-revision.js';
import type { Plan } from '../src/plan.js';
import type { Settings } from '../src/settings.js';

export const NOW = Date.parse('2026-05-01T12:00:00Z');

export const settings: Settings = {
  config: { ...defaultServingConfig, domain: { domains: new Map([['example.com', { selector: {}, type: 'wildcard' }]]) } },
  platform: { digestsFrom: 'node' },
};

export function ready(status: Condition['status'], reason = '', message = ''): Condition {
  return { type: 'Ready', status, lastTransitionTime: timestamp(NOW - 60_000), reason, message };
}

export const template: RevisionTemplate = {
  metadata: { annotations: { 'autoscaling.knative.dev/max-scale': '5' } },
  spec: { containers: [{ name: 'user-container', image: 'dev.local/hello:1' }], timeoutSeconds: 300, containerConcurrency: 0 },
};

export function service(changes: Partial<KnativeService> = {}): KnativeService {
  const { metadata, ...rest } = changes;
  return {
    metadata: { name: 'hello', namespace: 'default', uid: 'svc-uid', generation: 1, resourceVersion: '1', ...metadata },
    spec: { template, traffic: [{ latestRevision: true, percent: 100 }] },
    ...rest,
  };
}

/** As the API server keeps it after the Service's controller made it. */
export function configuration(of: KnativeService = service(), changes: Partial<Configuration> = {}): Configuration {
  const made = desiredConfiguration(of);
  const { metadata, ...rest } = changes;
  return { ...made, metadata: { ...made.metadata, uid: 'cfg-uid', generation: 1, resourceVersion: '2', ...metadata }, ...rest };
}

export function route(of: KnativeService = service(), changes: Partial<Route> = {}): Route {
  const made = desiredRoute(of);
  const { metadata, ...rest } = changes;
  return { ...made, metadata: { ...made.metadata, uid: 'rt-uid', generation: 1, resourceVersion: '3', ...metadata }, ...rest };
}

/** Revision of a generation, Ready as told. */
export function revision(generation = 1, is: Condition = ready('True'), of: Configuration = configuration()): Revision {
  const made = desiredRevision({ ...of, metadata: { ...of.metadata, generation } }, NOW - 120_000);
  return {
    ...made,
    metadata: {
      ...made.metadata,
      uid: `rev-${generation}`,
      generation: 1,
      resourceVersion: '4',
      creationTimestamp: timestamp(NOW - 120_000),
    },
    status: { observedGeneration: 1, conditions: [is] },
  };
}

export function pod(status: NonNullable<Pod['status']>): Pod {
  return { metadata: { name: 'hello-00001-deployment-x', namespace: 'default' }, status };
}

export function deploymentOf(made: Deployment, status: Deployment['status']): Deployment {
  return { ...made, metadata: { ...made.metadata, uid: 'dep-uid', resourceVersion: '5' }, status };
}

export function autoscaler(status: PodAutoscaler['status'], createdMsAgo = 0): Pick<PodAutoscaler, 'status' | 'metadata'> {
  return { status, metadata: { creationTimestamp: timestamp(NOW - createdMsAgo) } };
}

/** As the mesh leaves it when every proxy has it. */
export function live(object: HttpRoute): HttpRoute {
  const conditions = ['Accepted', 'ResolvedRefs', 'Live'].map((type) => ({
    type,
    status: 'True',
    reason: type,
    message: '',
    observedGeneration: 1,
  }));
  const parents = [{ controllerName: 'tidegate.dev/gateway-controller', conditions }];
  return { ...object, metadata: { ...object.metadata, generation: 1 }, status: { parents } };
}

/** The plan as a person reads it. */
export function printed(plan: Plan<unknown>): string {
  const shown = {
    ...plan,
    actions: plan.actions.map((action) => ('kind' in action ? { ...action, kind: nameOfKind(action.kind) } : action)),
  };
  return stringify(shown, { aliasDuplicateObjects: false, lineWidth: 140 });
}

function nameOfKind(kind: Kind): string {
  return kind.group === '' ? kind.kind : `${kind.kind}.${kind.group}`;
}

/** `create Route hello`, one line for each write. */
export function writes(plan: Plan<unknown>): string[] {
  return plan.actions.flatMap((action) => {
    if (action.do === 'event') return [];
    const name = 'object' in action ? nameOf(action.object) : action.name;
    return [`${action.do} ${action.kind.kind} ${name}`];
  });
}

export function events(plan: Plan<unknown>): string[] {
  return plan.actions.flatMap((a) => (a.do === 'event' ? [`${a.type} ${a.reason}: ${a.message}`] : []));
}

function nameOf(object: KubeObject): string {
  return object.metadata?.name ?? '';
}
