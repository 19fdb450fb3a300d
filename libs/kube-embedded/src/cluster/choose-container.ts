import type { Pod } from '@tidegate/kube';
import { badRequest } from '../api/api-error.js';

/** The container that a request means: the one it names, the pod's default or only one. Throws 400 in Kubernetes' words. */
export function chooseContainer(pod: Pod, asked: string | undefined): string {
  const names = (pod.spec?.containers ?? []).map((c) => c.name);
  const inits = (pod.spec?.initContainers ?? []).map((c) => c.name);
  const added = (pod.spec?.ephemeralContainers ?? []).map((c) => c.name);
  const podName = pod.metadata?.name;
  if (asked) {
    if (![...names, ...inits, ...added].includes(asked)) throw badRequest(`container ${asked} is not valid for pod ${podName}`);
    return asked;
  }
  const preferred = pod.metadata?.annotations?.['kubectl.kubernetes.io/default-container'];
  if (preferred && names.includes(preferred)) return preferred;
  if (names.length === 1) return names[0] ?? '';
  const choice = `choose one of: [${names.join(' ')}]`;
  throw badRequest(
    `a container name must be specified for pod ${podName}, ${choice}${inits.length > 0 ? ` or one of the init containers: [${inits.join(' ')}]` : ''}`,
  );
}
