import { apiVersionOf, type KubeObject, type WatchFrame } from '@tidegate/kube';
import type { ResourceDefinition } from '../resources/resource-definition.js';
import { isBuiltin } from './wrong-kind.js';

/** How a client wants objects shown: whole, as rows for people, or their metadata alone. */
export type Presentation = { as: 'object' } | { as: 'table'; include: string; noHeaders: boolean } | { as: 'metadata' };

/** What of a kind its presentation needs. */
export type Presented = Pick<
  ResourceDefinition,
  'group' | 'version' | 'kind' | 'listKind' | 'plural' | 'namespaced' | 'component' | 'columns' | 'cells'
>;

/** Reads an Accept header: the first form that is known and JSON wins. */
export function presentationOf(accept: string | undefined, query: Readonly<Record<string, string>>): Presentation {
  for (const part of (accept ?? '').split(',')) {
    const [type = '', ...parameters] = part.split(';').map((p) => p.trim());
    if (type !== 'application/json' && type !== '*/*') continue;
    const as = parameters.find((p) => p.startsWith('as='))?.slice(3);
    if (as === 'Table') return { as: 'table', include: query['includeObject'] ?? 'Metadata', noHeaders: false };
    if (as === 'PartialObjectMetadata' || as === 'PartialObjectMetadataList') return { as: 'metadata' };
    return { as: 'object' };
  }
  return { as: 'object' };
}

const META = 'meta.k8s.io/v1';

/** Items of Kubernetes' own lists leave out what the list says already. */
function untyped({ apiVersion: _version, kind: _kind, ...rest }: KubeObject): KubeObject {
  return rest;
}

function metadataOnly(object: KubeObject): KubeObject {
  return { kind: 'PartialObjectMetadata', apiVersion: META, metadata: object.metadata ?? {} };
}

function rowOf(definition: Presented, object: KubeObject, include: string, now: number): Record<string, unknown> {
  const shown = include === 'None' ? undefined : include === 'Object' ? object : metadataOnly(object);
  return { cells: definition.cells(object, now), ...(shown === undefined ? {} : { object: shown }) };
}

function tableOf(
  definition: Presented,
  objects: readonly KubeObject[],
  metadata: Record<string, unknown>,
  include: string,
  now: number,
  withHeader = true,
): Record<string, unknown> {
  const columnDefinitions = definition.columns.map((c) => ({
    name: c.name,
    type: c.type,
    format: c.format ?? '',
    description: c.description ?? '',
    priority: c.priority ?? 0,
  }));
  return {
    kind: 'Table',
    apiVersion: META,
    metadata,
    columnDefinitions: withHeader ? columnDefinitions : null,
    rows: objects.map((o) => rowOf(definition, o, include, now)),
  };
}

export function presentObject(definition: Presented, object: KubeObject, presentation: Presentation, now: number): unknown {
  if (presentation.as === 'metadata') return metadataOnly(object);
  if (presentation.as === 'table')
    return tableOf(definition, [object], { resourceVersion: object.metadata?.resourceVersion ?? '' }, presentation.include, now);
  return object;
}

export function presentList(
  definition: Presented,
  items: readonly KubeObject[],
  metadata: Record<string, unknown>,
  presentation: Presentation,
  now: number,
): unknown {
  if (presentation.as === 'table') return tableOf(definition, items, metadata, presentation.include, now);
  if (presentation.as === 'metadata')
    return { kind: 'PartialObjectMetadataList', apiVersion: META, metadata, items: items.map(metadataOnly) };
  return {
    kind: definition.listKind,
    apiVersion: apiVersionOf(definition),
    metadata,
    items: isBuiltin(definition) ? items.map(untyped) : items,
  };
}

/** Only the first row of a watched table carries the columns. */
export function frameShower(definition: Presented, presentation: Presentation, now: () => number): (frame: WatchFrame) => WatchFrame {
  let withHeader = true;
  return (frame) => {
    if (frame.type === 'ERROR' || presentation.as === 'object') return frame;
    const object = frame.object as KubeObject;
    if (presentation.as === 'metadata') return { type: frame.type, object: metadataOnly(object) };
    const rows = frame.type === 'BOOKMARK' ? [] : [object];
    const table = tableOf(
      definition,
      rows,
      { resourceVersion: object.metadata?.resourceVersion ?? '' },
      presentation.include,
      now(),
      withHeader,
    );
    withHeader = false;
    return { type: frame.type, object: table };
  };
}
