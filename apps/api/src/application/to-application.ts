import type { LabelSelector } from '@tidegate/kube';
import { jsonOf, objectAt, objectsAt, textAt } from '@tidegate/kube/json';
import { type Application, COMPONENT_STATES } from '@tidegate/tenancy-contract';
import { componentsOf, conditionsOf, readSelection } from '@tidegate/tenancy-plan';
import { toGlobalId } from '../edge/global-id.js';
import { type ApplicationComponent, type ApplicationObject, ComponentStateName } from './application.types.js';

const STATES: Record<(typeof COMPONENT_STATES)[number], ComponentStateName> = { Ready: ComponentStateName.READY, InProgress: ComponentStateName.IN_PROGRESS, Failed: ComponentStateName.FAILED, Unknown: ComponentStateName.UNKNOWN };
const NOT_SEEN = 'The platform has not looked at it yet.';

export function toApplication(object: Application): ApplicationObject {
  const { metadata, status } = object;
  const { kinds, selector = {}, owns } = readSelection(object.spec);
  const descriptor = objectAt(jsonOf(object), 'spec', 'descriptor');
  const textOf = (key: string): string | null => textAt(descriptor, key) || null;
  const [namespace, name] = [metadata?.namespace ?? '', metadata?.name ?? ''];
  const isCurrent = status?.observedGeneration === metadata?.generation && status !== undefined;
  const components = componentsOf(object).map(toComponent);
  return {
    id: toGlobalId('Application', namespace, name),
    namespace,
    name,
    type: textOf('type'),
    version: textOf('version'),
    description: textOf('description'),
    links: objectsAt(descriptor, 'links').flatMap((link) => (textAt(link, 'url') === '' ? [] : [{ url: textAt(link, 'url'), description: textAt(link, 'description') || textAt(link, 'url') }])),
    componentsReady: readyText(object),
    ...(isCurrent ? stateOf(object, components) : { state: ComponentStateName.IN_PROGRESS, why: NOT_SEEN }),
    owns,
    kinds,
    labels: Object.entries(selector.matchLabels ?? {}).map(([of, value]) => ({ name: of, value })),
    selector: selectorText(selector),
    components,
    createdAt: metadata?.creationTimestamp ?? null,
  };
}

function toComponent({ group, kind, name, status }: ReturnType<typeof componentsOf>[number]): ApplicationComponent {
  const known = COMPONENT_STATES.find((s) => s === status);
  return { group, kind, name, state: known ? STATES[known] : ComponentStateName.UNKNOWN };
}

const readyText = ({ status }: Application): string => textAt(status && jsonOf(status), 'componentsReady');

function stateOf(application: Application, components: readonly ApplicationComponent[]): Pick<ApplicationObject, 'state' | 'why'> {
  const conditions = conditionsOf(application);
  const conditionOf = (type: string) => conditions.find((c) => c.type === type);
  const [error, ready] = [conditionOf('Error'), conditionOf('Ready')];
  if (error?.status === 'True') return { state: ComponentStateName.UNKNOWN, why: error.message ?? '' };
  if (ready?.status === 'True') return { state: ComponentStateName.READY, why: components.length === 0 ? 'Nothing has its labels yet.' : 'All components are ready.' };
  const failed = components.filter((c) => c.state === ComponentStateName.FAILED).map((c) => `${c.kind} ${c.name}`);
  if (failed.length > 0) return { state: ComponentStateName.FAILED, why: `${failed.slice(0, 5).join(', ')}${failed.length > 5 ? ` and ${failed.length - 5} more` : ''} failed.` };
  return { state: ComponentStateName.IN_PROGRESS, why: `${readyText(application) || '0'} components are ready.` };
}

function selectorText({ matchLabels = {}, matchExpressions = [] }: LabelSelector): string {
  const labels = Object.entries(matchLabels).map(([name, value]) => `${name}=${value}`);
  return [...labels, ...matchExpressions.map(({ key, operator, values }) => `${key} ${operator}${values?.length ? ` (${values.join(', ')})` : ''}`)].join(', ');
}
