import type { ServingConfig } from '@tidegate/serving-config';
import { CREATOR_ANNOTATION, LAST_MODIFIER_ANNOTATION } from '@tidegate/serving-contract';
import { defaultRevisionSpec } from './default-revision.js';
import { sameMeaning } from './go-types/diff.js';
import { type JsonObject, objectAt, objectsAt, own, textAt } from './json.js';
import { hasOwners } from './object-metadata.js';
import { SPEC_TYPES, type ServingKind, type ServingObject } from './serving-object.js';

export interface DefaultedObject {
  spec: JsonObject;
  /** To be put on the object, over its own. */
  annotations: Readonly<Record<string, string>>;
}

/** What an object becomes before it is stored: open fields filled in, and signed with the user whom the API server authenticated. */
export function defaultServingObject(
  kind: ServingKind,
  object: ServingObject,
  old: ServingObject | undefined,
  username: string,
  config: ServingConfig,
): DefaultedObject {
  const spec = defaultSpec(kind, object, old, config, old === undefined);
  return { spec, annotations: signature(kind, object, old, spec, username, config) };
}

function defaultSpec(
  kind: ServingKind,
  object: ServingObject,
  old: ServingObject | undefined,
  config: ServingConfig,
  isNew: boolean,
): JsonObject {
  const { metadata, spec } = object;
  switch (kind) {
    case 'Service':
      return { ...spec, ...defaultTemplate(object, old, config, isNew), ...defaultTraffic(spec, true) };
    case 'Configuration':
      return { ...spec, ...defaultTemplate(object, old, config, isNew) };
    case 'Route':
      return { ...spec, ...defaultTraffic(spec, false) };
    case 'Revision':
      // The spec of a revision does not change, not even by new defaults.
      return old ? spec : defaultRevisionSpec(spec, {}, config, isNew);
    case 'DomainMapping': {
      const ref = objectAt(spec, 'ref') ?? {};
      const namespace = textAt(ref, 'namespace') || textAt(metadata, 'namespace');
      return { ...spec, ref: { ...ref, ...(namespace === '' ? {} : { namespace }) } };
    }
  }
}

function defaultTemplate(object: ServingObject, old: ServingObject | undefined, config: ServingConfig, isNew: boolean): JsonObject {
  const template = objectAt(object.spec, 'template') ?? {};
  const nameOf = (t: JsonObject): string => textAt(objectAt(t, 'metadata') ?? {}, 'name');
  const name = nameOf(template);
  // Under a name that its author brought, a template must stay as it is: new defaults would be a change.
  if (old && name !== '' && name === nameOf(objectAt(old.spec, 'template') ?? {})) return {};
  return { template: { ...template, spec: defaultRevisionSpec(objectAt(template, 'spec') ?? {}, object.metadata, config, isNew) } };
}

/** All to the latest revision when a Service says nothing; each target says whether it moves on, and its share. */
function defaultTraffic(spec: JsonObject, ownConfiguration: boolean): JsonObject {
  const targets = objectsAt(spec, 'traffic');
  if (targets.length === 0) return ownConfiguration ? { traffic: [{ latestRevision: true, percent: 100 }] } : {};
  const traffic = targets.map((target) => ({
    ...target,
    latestRevision: own(target, 'latestRevision') ?? textAt(target, 'revisionName') === '',
    percent: own(target, 'percent') ?? 0,
  }));
  return { traffic };
}

function signature(
  kind: ServingKind,
  object: ServingObject,
  old: ServingObject | undefined,
  spec: JsonObject,
  username: string,
  config: ServingConfig,
): Readonly<Record<string, string>> {
  if (username === '' || kind === 'Revision') return {};
  if ((kind === 'Configuration' || kind === 'Route') && hasOwners(object.metadata)) return {};
  if (!old) return { [CREATOR_ANNOTATION]: username, [LAST_MODIFIER_ANNOTATION]: username };
  // Defaults that came later are nobody's change.
  const before = defaultSpec(kind, old, undefined, config, false);
  return sameMeaning(before, spec, SPEC_TYPES[kind]) ? {} : { [LAST_MODIFIER_ANNOTATION]: username };
}
