import { type JsonObject, ensureObject, objectsAt, textAt } from '@tidegate/kube/json';

/** How long pods stay on a node that is lost, in Kubernetes. */
const SECONDS = 300;
const TAINTS = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'];

/** In place, what Kubernetes' admission "DefaultTolerationSeconds" gives a pod that says nothing about lost nodes. */
export function tolerateLostNodes(pod: JsonObject): void {
  const spec = ensureObject(pod, 'spec');
  const given = objectsAt(spec, 'tolerations');
  const covers = (toleration: JsonObject, taint: string): boolean =>
    ['', taint].includes(textAt(toleration, 'key')) && ['', 'NoExecute'].includes(textAt(toleration, 'effect'));
  const missing = TAINTS.filter((taint) => !given.some((toleration) => covers(toleration, taint)));
  if (missing.length > 0)
    spec.tolerations = [...given, ...missing.map((key) => ({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: SECONDS }))];
}
