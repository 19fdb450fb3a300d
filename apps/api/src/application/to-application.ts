import { type Application, COMPONENT_STATES, applicationSpecSchema } from '@tidegate/tenancy-contract';
import { toGlobalId } from '../edge/global-id.js';
import { type ApplicationComponent, type ApplicationObject, ComponentStateName } from './application.types.js';

const STATES: Record<(typeof COMPONENT_STATES)[number], ComponentStateName> = { Ready: ComponentStateName.READY, InProgress: ComponentStateName.IN_PROGRESS, Failed: ComponentStateName.FAILED, Unknown: ComponentStateName.UNKNOWN };
const NOT_SEEN = 'The platform has not looked at it yet.';

export function toApplication(object: Application): ApplicationObject {
  const { metadata, status } = object;
  const spec = applicationSpecSchema.parse(object.spec ?? {});
  const [namespace, name] = [metadata?.namespace ?? '', metadata?.name ?? ''];
  const isCurrent = status?.observedGeneration === metadata?.generation && status !== undefined;
  const components = (status?.components ?? []).map(toComponent);
  return {
    id: toGlobalId('Application', namespace, name),
    namespace,
    name,
    type: spec.descriptor?.type ?? null,
    version: spec.descriptor?.version ?? null,
    description: spec.descriptor?.description ?? null,
    links: (spec.descriptor?.links ?? []).flatMap(({ url, description }) => (url === undefined ? [] : [{ url, description: description ?? url }])),
    componentsReady: status?.componentsReady ?? '',
    ...(isCurrent ? stateOf(object, components) : { state: ComponentStateName.IN_PROGRESS, why: NOT_SEEN }),
    owns: spec.addOwnerRef === true,
    kinds: spec.componentKinds,
    selector: selectorText(object),
    components,
    createdAt: metadata?.creationTimestamp ?? null,
  };
}

function toComponent({ group = '', kind = '', name = '', status = '' }: { group?: string | undefined; kind?: string | undefined; name?: string | undefined; status?: string | undefined }): ApplicationComponent {
  const known = COMPONENT_STATES.find((s) => s === status);
  return { group, kind, name, state: known ? STATES[known] : ComponentStateName.UNKNOWN };
}

function stateOf({ status }: Application, components: readonly ApplicationComponent[]): Pick<ApplicationObject, 'state' | 'why'> {
  const conditionOf = (type: string) => status?.conditions?.find((c) => c.type === type);
  const [error, ready] = [conditionOf('Error'), conditionOf('Ready')];
  if (error?.status === 'True') return { state: ComponentStateName.UNKNOWN, why: error.message ?? '' };
  if (ready?.status === 'True') return { state: ComponentStateName.READY, why: components.length === 0 ? 'Nothing has its labels yet.' : 'All components are ready.' };
  const failed = components.filter((c) => c.state === ComponentStateName.FAILED).map((c) => `${c.kind} ${c.name}`);
  if (failed.length > 0) return { state: ComponentStateName.FAILED, why: `${failed.slice(0, 5).join(', ')}${failed.length > 5 ? ` and ${failed.length - 5} more` : ''} failed.` };
  return { state: ComponentStateName.IN_PROGRESS, why: `${status?.componentsReady ?? '0'} components are ready.` };
}

function selectorText({ spec }: Application): string {
  const { matchLabels = {}, matchExpressions = [] } = spec?.selector ?? {};
  const labels = Object.entries(matchLabels).map(([name, value]) => `${name}=${value}`);
  return [...labels, ...matchExpressions.map(({ key, operator, values }) => `${key} ${operator}${values ? ` (${values.join(', ')})` : ''}`)].join(', ');
}
