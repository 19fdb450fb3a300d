import type { NamespaceContents, SeenObject } from './namespace-contents.js';
import type { DeletionPreview, ObjectName } from './object.types.js';

const MOST_SHOWN = 200;

/** The first 200. */
export const toNames = (objects: readonly SeenObject[]): ObjectName[] =>
  objects.slice(0, MOST_SHOWN).map(({ group, kind, object }) => ({ group, kind, namespace: object.metadata?.namespace ?? null, name: object.metadata?.name ?? '' }));

export const toPreview = ({ objects, unseen }: NamespaceContents): DeletionPreview => ({ totalCount: objects.length, objects: toNames(objects), unseen });
