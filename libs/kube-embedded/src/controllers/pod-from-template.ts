import type { KubeObject, OwnerReference, Pod, PodTemplateSpec } from '@tidegate/kube';

/** A new pod of a workload. With `generateName` the server gives the name its end. */
export function podFromTemplate(template: PodTemplateSpec | undefined, owner: KubeObject, ref: OwnerReference, name?: string): Pod {
  const { labels, annotations, finalizers } = template?.metadata ?? {};
  const prefix = `${owner.metadata?.name ?? ''}-`;
  return {
    metadata: {
      namespace: owner.metadata?.namespace,
      ...(name === undefined ? { generateName: prefix } : { name }),
      ...(labels ? { labels } : {}),
      ...(annotations ? { annotations } : {}),
      ...(finalizers ? { finalizers } : {}),
      ownerReferences: [ref],
    },
    spec: template?.spec ?? { containers: [] },
  };
}
