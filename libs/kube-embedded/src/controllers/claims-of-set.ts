import { type Pod, type StatefulSet, kinds } from '@tidegate/kube';
import { controllerRef } from './owner.js';
import type { VolumeClaim } from './volume-kinds.js';

type Template = NonNullable<NonNullable<StatefulSet['spec']>['volumeClaimTemplates']>[number];

const claimName = (set: StatefulSet, template: Template, ordinal: number): string => `${template.metadata?.name}-${set.metadata?.name}-${ordinal}`;

/** The claims that a set's pod has; they outlive it. They belong to the set when its policy lets them go with it. */
export function claimsOfSet(set: StatefulSet, ordinal: number): VolumeClaim[] {
  const { volumeClaimTemplates = [], selector, persistentVolumeClaimRetentionPolicy } = set.spec ?? {};
  const isOwned = persistentVolumeClaimRetentionPolicy?.whenDeleted === 'Delete';
  return volumeClaimTemplates.map((template) => ({
    metadata: {
      name: claimName(set, template, ordinal),
      namespace: set.metadata?.namespace,
      labels: { ...template.metadata?.labels, ...selector?.matchLabels },
      ...(template.metadata?.annotations ? { annotations: template.metadata.annotations } : {}),
      ...(isOwned ? { ownerReferences: [controllerRef(kinds.statefulSets, set)] } : {}),
    },
    spec: template.spec ?? {},
  }));
}

/** The volumes of a set's pod: its claims take the place of volumes of the same name. */
export function volumesOfSet(set: StatefulSet, ordinal: number): NonNullable<NonNullable<Pod['spec']>['volumes']> {
  const templates = set.spec?.volumeClaimTemplates ?? [];
  const names = new Set(templates.map(({ metadata }) => metadata?.name));
  return [
    ...templates.map((template) => ({ name: template.metadata?.name ?? '', persistentVolumeClaim: { claimName: claimName(set, template, ordinal) } })),
    ...(set.spec?.template.spec?.volumes ?? []).filter(({ name }) => !names.has(name)),
  ];
}
