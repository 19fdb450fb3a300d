import { badLabelValue, badQualifiedName } from '@tidegate/kube';
import { MOST_KINDS } from '@tidegate/tenancy-plan';
import type { Application } from '@tidegate/tenancy-contract';
import { InvalidInput, requireShort } from '../edge/input.js';
import type { ComponentKindInput, CreateApplicationInput, LabelInput, UpdateApplicationInput } from './application.types.js';

const [LONGEST_WORD, LONGEST_DESCRIPTION, MOST_LABELS] = [253, 4_000, 20];
const USUAL_KINDS = [
  { group: 'apps', kind: 'Deployment' },
  { group: 'apps', kind: 'StatefulSet' },
  { group: '', kind: 'Service' },
  { group: 'serving.knative.dev', kind: 'Service' },
];
/** Texts that describe an application, and how long each may be. */
const TEXTS = { type: LONGEST_WORD, version: LONGEST_WORD, description: LONGEST_DESCRIPTION } as const;
const TEXT_NAMES = Object.keys(TEXTS) as (keyof typeof TEXTS)[];

/** Throws API_INPUT_INVALID with the field that is wrong. */
export function specOf(input: CreateApplicationInput): NonNullable<Application['spec']> {
  const descriptor = Object.fromEntries(TEXT_NAMES.flatMap((name) => (input[name] ? [[name, requireShort(`input.${name}`, input[name], TEXTS[name])]] : [])));
  return { selector: { matchLabels: requireLabels(input.labels) }, componentKinds: input.kinds ? requireKinds(input.kinds) : USUAL_KINDS, descriptor, ...(input.owns ? { addOwnerRef: true } : {}) };
}

type Change = { op: 'add'; path: string; value: unknown } | { op: 'remove'; path: string };

/**
 * The JSON patch that makes the application what is asked for; empty when it is so already. A patch and not the object, so that what others change
 * meanwhile stays. Throws API_INPUT_INVALID with the field that is wrong.
 */
export function changesOf({ spec }: Application, input: UpdateApplicationInput): Change[] {
  const changes: Change[] = [];
  const add = (path: string, value: unknown): void => void changes.push({ op: 'add', path, value });
  const within = (path: string, present: object | null | undefined): void => (present ? undefined : add(path, {}));
  const texts = TEXT_NAMES.flatMap((name) => (typeof input[name] === 'string' ? [{ name, value: requireShort(`input.${name}`, input[name], TEXTS[name]) }] : []));
  const changed = texts.filter(({ name, value }) => value !== (spec?.descriptor?.[name] ?? ''));
  const labels = input.labels ? requireLabels(input.labels) : undefined;
  const kinds = input.kinds ? requireKinds(input.kinds) : undefined;
  const owns = input.owns ?? undefined;
  if (changed.length > 0 || labels || kinds || owns !== undefined) within('/spec', spec);
  if (changed.some((c) => c.value !== '')) within('/spec/descriptor', spec?.descriptor);
  for (const { name, value } of changed) {
    if (value === '') changes.push({ op: 'remove', path: `/spec/descriptor/${name}` });
    else add(`/spec/descriptor/${name}`, value);
  }
  if (labels) {
    within('/spec/selector', spec?.selector);
    add('/spec/selector/matchLabels', labels);
  }
  if (kinds) add('/spec/componentKinds', kinds);
  if (owns !== undefined) add('/spec/addOwnerRef', owns);
  return changes;
}

function requireKinds(kinds: readonly ComponentKindInput[]): { group: string; kind: string }[] {
  if (kinds.length > MOST_KINDS) throw new InvalidInput('input.kinds', `input.kinds has more than ${MOST_KINDS} kinds.`);
  return kinds.map(({ group, kind }) => {
    if (kind === '') throw new InvalidInput('input.kinds', 'input.kinds has one without a kind.', 'Name it as Kubernetes does, such as Deployment.');
    return { group: requireShort('input.kinds.group', group, LONGEST_WORD), kind: requireShort('input.kinds.kind', kind, LONGEST_WORD) };
  });
}

function requireLabels(labels: readonly LabelInput[]): Record<string, string> {
  if (labels.length === 0 || labels.length > MOST_LABELS) throw new InvalidInput('input.labels', `input.labels has ${labels.length} labels; it has to have 1 to ${MOST_LABELS}.`, 'Without a label everything of the project would belong to it.');
  for (const { name, value } of labels) {
    const [wrong] = [...badQualifiedName(name), ...badLabelValue(value)];
    if (wrong !== undefined) throw new InvalidInput('input.labels', `${JSON.stringify(`${name}=${value}`.slice(0, LONGEST_WORD))} is no label: ${wrong}`);
  }
  return Object.fromEntries(labels.map(({ name, value }) => [name, value]));
}
