import { type KubeObject, type OwnerReference, timestamp } from '@tidegate/kube';
import { jsonOf, objectsAt, textAt } from '@tidegate/kube/json';
import type { Application, ApplicationStatus, ComponentState } from '@tidegate/tenancy-contract';
import { componentState } from './component-state.js';
import { type Selection, readSelection } from './read-selection.js';

export interface Component {
  group: string;
  kind: string;
  object: KubeObject;
}

export interface ObservedApplication {
  application: Application;
  /** What its kinds and labels select in its namespace. */
  components: readonly Component[];
  /** Owned by it already, whether or not they are selected. */
  owned: readonly Component[];
  /** Sentences about kinds that could not be looked at. */
  problems: readonly string[];
  now: number;
}

export interface ApplicationPlan {
  status: ApplicationStatus;
  /** Components whose owners change, with all that they have afterwards. */
  owners: { component: Component; ownerReferences: OwnerReference[] }[];
}

/** More are counted and not listed: an object of the API has its size. */
export const MOST_LISTED = 500;

export const ownerOf = ({ metadata }: Application): OwnerReference => ({ apiVersion: 'app.k8s.io/v1beta1', kind: 'Application', name: metadata?.name ?? '', uid: metadata?.uid ?? '', blockOwnerDeletion: true, controller: false });
const isOwner = (reference: OwnerReference, uid: string | undefined): boolean => reference.uid === uid;

export function planApplication({ application, components, owned, problems, now }: ObservedApplication): ApplicationPlan {
  const uid = application.metadata?.uid;
  const selection = readSelection(application.spec);
  const wants = selection.owns;
  const referencesOf = (c: Component): OwnerReference[] => c.object.metadata?.ownerReferences ?? [];
  const joins = wants ? components.filter((c) => !referencesOf(c).some((r) => isOwner(r, uid))) : [];
  const stays = new Set(wants ? components.map((c) => c.object.metadata?.uid) : []);
  const leaves = owned.filter((c) => !stays.has(c.object.metadata?.uid));
  const owners = [
    // One of the same name that is gone is replaced: it would never let them go.
    ...joins.map((component) => ({ component, ownerReferences: [...referencesOf(component).filter((r) => r.kind !== 'Application' || r.name !== application.metadata?.name || !r.apiVersion.startsWith('app.k8s.io/')), ownerOf(application)] })),
    ...leaves.map((component) => ({ component, ownerReferences: referencesOf(component).filter((r) => !isOwner(r, uid)) })),
  ];
  return { owners, status: statusOf(application, selection, components, problems, now) };
}

function statusOf(application: Application, selection: Selection, components: readonly Component[], problems: readonly string[], now: number): ApplicationStatus {
  const states = components.map((c) => ({ group: c.group, kind: c.kind, name: c.object.metadata?.name ?? '', status: componentState(c, jsonOf(c.object)) }));
  const count = (state: ComponentState): number => states.filter((s) => s.status === state).length;
  const [ready, failed] = [count('Ready'), count('Failed')];
  const unread = [...selection.problems, ...problems];
  const all = unread.length > 0 ? unread : selection.selector ? [] : ['spec.selector is missing: it has no components.'];
  const condition = conditionsAfter(conditionsOf(application), now);
  const isReady = ready === states.length;
  const missing = `${states.length - ready} components not ready${failed > 0 ? `, ${failed} of them failed` : ''}`;
  condition('Ready', all.length > 0 ? 'Unknown' : isReady ? 'True' : 'False', all.length > 0 ? 'ComponentsReadyUnknown' : isReady ? 'ComponentsReady' : 'ComponentsNotReady', all.length > 0 ? 'failed to aggregate all components\' statuses, check the Error condition for details' : isReady ? 'all components ready' : missing);
  const conditions = condition('Error', all.length > 0 ? 'True' : 'False', all.length > 0 ? 'ErrorSeen' : 'NoError', all.join(' ').slice(0, 2_000));
  const order = (a: (typeof states)[number], b: (typeof states)[number]): number => `${a.kind} ${a.group} ${a.name}`.localeCompare(`${b.kind} ${b.group} ${b.name}`);
  return { observedGeneration: application.metadata?.generation ?? 0, componentsReady: `${ready}/${states.length}`, components: [...states].sort(order).slice(0, MOST_LISTED), conditions };
}

type Condition = NonNullable<ApplicationStatus['conditions']>[number];

/** Of a status that some other controller may have written, with another definition of the kind. */
export const conditionsOf = ({ status }: Application): Condition[] =>
  objectsAt(status && jsonOf(status), 'conditions').map((c) => ({
    type: textAt(c, 'type'),
    status: textAt(c, 'status'),
    reason: textAt(c, 'reason'),
    message: textAt(c, 'message'),
    // An empty text is no time, and would be refused.
    ...Object.fromEntries(['lastUpdateTime', 'lastTransitionTime'].flatMap((time) => (textAt(c, time) === '' ? [] : [[time, textAt(c, time)]]))),
  }));

/** What its status lists. */
export const componentsOf = ({ status }: Application): { group: string; kind: string; name: string; status: string }[] =>
  objectsAt(status && jsonOf(status), 'components').map((c) => ({ group: textAt(c, 'group'), kind: textAt(c, 'kind'), name: textAt(c, 'name'), status: textAt(c, 'status') }));

/** Conditions as this kind has them: when they were said, and since when they are so. */
function conditionsAfter(before: readonly Condition[], now: number) {
  const after = [...before];
  return (type: string, status: string, reason: string, message: string) => {
    const at = after.findIndex((c) => c.type === type);
    const old = after[at];
    if (old?.status === status && old.reason === reason && old.message === message) return after;
    const made = { type, status, reason, message, lastUpdateTime: timestamp(now), lastTransitionTime: old?.status === status ? (old.lastTransitionTime ?? timestamp(now)) : timestamp(now) };
    if (at < 0) after.push(made);
    else after[at] = made;
    return after;
  };
}
