import { type JsonObject, objectAt, objectsAt, textAt, textsAt } from '@tidegate/kube/json';
import type { TableColumn } from '../resource-definition.js';
import { ageText } from './duration-text.js';

/** The columns of a kind and the cells of one object, in the same order. */
export interface TableShape {
  columns: TableColumn[];
  cells(object: JsonObject, now: number): unknown[];
}

export const nameColumn: TableColumn = {
  name: 'Name',
  type: 'string',
  format: 'name',
  description:
    'Name must be unique within a namespace. Is required when creating resources, although some resources may allow a client to request the generation of an appropriate name automatically.',
  priority: 0,
};

/** A column per name; a name that ends in `*` is shown with -o wide only, `:integer` and the like name the type. */
export function columnsOf(...names: string[]): TableColumn[] {
  return [nameColumn, ...plainColumns(...names)];
}

export function plainColumns(...names: string[]): TableColumn[] {
  return names.map((spec) => {
    const wide = spec.endsWith('*');
    const [name = '', type = 'string'] = (wide ? spec.slice(0, -1) : spec).split(':');
    return { name, type: columnType(type), format: '', priority: wide ? 1 : 0 };
  });
}

function columnType(type: string): TableColumn['type'] {
  return type === 'integer' || type === 'boolean' || type === 'date' || type === 'number' ? type : 'string';
}

export const nameOf = (object: JsonObject): string => textAt(objectAt(object, 'metadata'), 'name');
export const ageOf = (object: JsonObject, now: number): string => ageText(objectAt(object, 'metadata')?.creationTimestamp, now);

/** `a=b,c=d`, sorted by key; `<none>` when empty. */
export function labelsText(labels: JsonObject | undefined): string {
  const pairs = Object.entries(labels ?? {}).map(([key, value]) => `${key}=${String(value)}`);
  return pairs.length === 0 ? '<none>' : pairs.sort().join(',');
}

/** A label selector as kubectl prints it. */
export function selectorText(selector: JsonObject | undefined): string {
  if (!selector) return '<none>';
  const labels = Object.entries(objectAt(selector, 'matchLabels') ?? {}).map(([key, value]) => `${key}=${String(value)}`);
  const expressions = objectsAt(selector, 'matchExpressions').map((expression) => {
    const key = textAt(expression, 'key');
    const values = textsAt(expression, 'values').sort().join(',');
    switch (textAt(expression, 'operator')) {
      case 'In':
        return `${key} in (${values})`;
      case 'NotIn':
        return `${key} notin (${values})`;
      case 'Exists':
        return key;
      default:
        return `!${key}`;
    }
  });
  const parts = [...labels, ...expressions].sort();
  return parts.length === 0 ? '<none>' : parts.join(',');
}

/** Names and images of a pod template's containers, for the wide columns. */
export function containersAndImages(podSpec: JsonObject | undefined): [names: string, images: string] {
  const containers = objectsAt(podSpec, 'containers');
  return [
    containers.map((container) => textAt(container, 'name')).join(','),
    containers.map((container) => textAt(container, 'image')).join(','),
  ];
}

/** Name and creation time, which every kind without columns of its own shows. */
export const plainTable: TableShape = {
  columns: [nameColumn, { name: 'Created At', type: 'date', format: '', priority: 0 }],
  cells: (object) => [nameOf(object), objectAt(object, 'metadata')?.creationTimestamp ?? null],
};

/** Name and age. */
export const agedTable: TableShape = { columns: columnsOf('Age'), cells: (object, now) => [nameOf(object), ageOf(object, now)] };
