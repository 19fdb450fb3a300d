import { type JsonObject, objectAt, objectsAt, textAt } from '../json.js';
import { add, type Amounts, greatest } from './amounts.js';

export function amountsAt(container: JsonObject, key: 'requests' | 'limits'): Amounts {
  const texts = Object.entries(objectAt(container, 'resources', key) ?? {});
  return Object.fromEntries(texts.flatMap(([name, text]) => (typeof text === 'string' || typeof text === 'number' ? [[name, String(text)]] : [])));
}

/**
 * What a pod asks for as a whole (k8s.io/component-helpers/resource): its containers and sidecars together, or more where an init
 * container needs more before they run; and its overhead.
 */
export function podAmounts(pod: JsonObject, key: 'requests' | 'limits'): Amounts {
  const spec = objectAt(pod, 'spec');
  let running: Amounts = {};
  for (const container of objectsAt(spec, 'containers')) running = add(running, amountsAt(container, key));
  let sidecars: Amounts = {};
  let starting: Amounts = {};
  for (const container of objectsAt(spec, 'initContainers')) {
    const own = amountsAt(container, key);
    if (textAt(container, 'restartPolicy') === 'Always') {
      running = add(running, own);
      sidecars = add(sidecars, own);
      starting = greatest(starting, sidecars);
    } else starting = greatest(starting, add(sidecars, own));
  }
  const overhead = objectAt(spec, 'overhead');
  const whole = greatest(running, starting);
  if (!overhead) return whole;
  const added = amountsAt({ resources: { requests: overhead } }, 'requests');
  return key === 'requests' ? add(whole, added) : add(whole, Object.fromEntries(Object.entries(added).filter(([name]) => name in whole)));
}

/** Containers of both kinds, in Kubernetes' order. */
export function allContainers(pod: JsonObject): JsonObject[] {
  const spec = objectAt(pod, 'spec');
  return [...objectsAt(spec, 'containers'), ...objectsAt(spec, 'initContainers')];
}

