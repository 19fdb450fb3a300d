import type { LabelSelector } from '@tidegate/kube';
import { type Json, type JsonObject, isJsonObject, objectAt, objectsAt, textAt, textsAt } from '@tidegate/kube/json';

/** Each kind is listed and watched in the whole cluster. */
export const MOST_KINDS = 50;

export interface ComponentKind {
  /** Empty for the core group. */
  group: string;
  kind: string;
}

/** What an application says about its components, as far as it can be read. */
export interface Selection {
  kinds: ComponentKind[];
  /** Undefined when there is none, or one that says nothing certain: it selects nothing. */
  selector: LabelSelector | undefined;
  owns: boolean;
  /** Sentences about what could not be read. */
  problems: string[];
}

/** As sigs.k8s.io/application reads it: `apps/v1` means apps, `core` and `v1` the core group. */
export function componentGroup(group: string): string {
  const [name = ''] = group.split('/');
  return name === 'core' || /^v[0-9]+(alpha|beta)?[0-9]*$/.test(name) ? '' : name;
}

/** How people and kubectl write a kind: `Deployment.apps`, `Service`. */
export const kindText = ({ group, kind }: ComponentKind): string => (group === '' ? kind : `${kind}.${group}`);

/**
 * Reads any `spec`, whatever wrote it: another definition of the kind may have let through what this platform's refuses, and one such object must not keep
 * the others from being looked at.
 */
export function readSelection(spec: unknown): Selection {
  const from = isJsonObject(spec) ? spec : {};
  const problems: string[] = [];
  return { kinds: readKinds(from, problems), selector: readSelector(from, problems), owns: from['addOwnerRef'] === true, problems };
}

function readKinds(spec: JsonObject, problems: string[]): ComponentKind[] {
  const given = spec['componentKinds'] ?? [];
  if (!Array.isArray(given)) problems.push('spec.componentKinds is no list.');
  const named = objectsAt(spec, 'componentKinds').map((k) => ({ group: componentGroup(textAt(k, 'group')), kind: textAt(k, 'kind') }));
  const nameless = named.filter((k) => k.kind === '').length;
  if (nameless > 0) problems.push(`${nameless} of spec.componentKinds ${nameless === 1 ? 'has' : 'have'} no kind.`);
  const kinds = [...new Map(named.filter((k) => k.kind !== '').map((k) => [kindText(k), k])).values()];
  if (kinds.length > MOST_KINDS) problems.push(`spec.componentKinds names ${kinds.length} kinds; the first ${MOST_KINDS} are looked at.`);
  return kinds.slice(0, MOST_KINDS);
}

function readSelector(spec: JsonObject, problems: string[]): LabelSelector | undefined {
  const selector = spec['selector'];
  if (selector === undefined || selector === null) return undefined;
  const wrong = isJsonObject(selector) ? problemOf(selector) : 'is no object';
  if (wrong !== undefined) {
    problems.push(`spec.selector ${wrong}: nothing is selected.`);
    return undefined;
  }
  const labels = objectAt(spec, 'selector', 'matchLabels') ?? {};
  const expressions = objectsAt(objectAt(spec, 'selector'), 'matchExpressions');
  return {
    matchLabels: Object.fromEntries(Object.keys(labels).map((key) => [key, textAt(labels, key)])),
    matchExpressions: expressions.map((e) => ({ key: textAt(e, 'key'), operator: textAt(e, 'operator'), values: textsAt(e, 'values') })),
  };
}

const isListOfObjects = (value: Json | undefined): boolean => value === undefined || value === null || (Array.isArray(value) && value.every(isJsonObject));

/** The rules of Kubernetes' label selectors. */
function problemOf(selector: JsonObject): string | undefined {
  const labels = selector['matchLabels'] ?? {};
  if (!isJsonObject(labels) || Object.values(labels).some((value) => typeof value !== 'string')) return 'has a matchLabels that is no map of texts';
  if (!isListOfObjects(selector['matchExpressions'])) return 'has matchExpressions that are no list of objects';
  for (const expression of objectsAt(selector, 'matchExpressions')) {
    const [key, operator, count] = [textAt(expression, 'key'), textAt(expression, 'operator'), textsAt(expression, 'values').length];
    if (key === '') return 'has a matchExpression without key';
    if (/^(Exists|DoesNotExist)$/.test(operator)) {
      if (count > 0) return `has values for ${key} ${operator}, which takes none`;
    } else if (!/^(In|NotIn)$/.test(operator)) return `has the operator ${JSON.stringify(operator.slice(0, 50))}; it has to be In, NotIn, Exists or DoesNotExist`;
    else if (count === 0) return `has no values for ${key} ${operator}`;
  }
  return undefined;
}
