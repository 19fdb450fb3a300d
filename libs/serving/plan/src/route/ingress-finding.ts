import type { Finding } from '@tidegate/serving-contract';
import type { HttpRoute } from '@tidegate/traffic-router';
import { isFalse, isTrue, isUnknown } from '../findings.js';

const TIDEGATE_CONTROLLER = 'tidegate.dev/gateway-controller';
const INGRESS = 'IngressReady';

/** IngressReady while the routes are on their way. */
export const ingressNotConfigured = (): Finding => isUnknown(INGRESS, 'IngressNotConfigured', 'Ingress has not yet been reconciled.');

/**
 * Whether what was written is what proxies do. Tidegate's own gateway says when every proxy has it (Live); of another one the best that can
 * be known is that it took the route up (Programmed where it says so, else Accepted).
 */
export function ingressFinding(routes: readonly HttpRoute[]): Finding {
  const each = routes.map(routeFinding);
  return each.find((f) => f.status === 'False') ?? each.find((f) => f.status === 'Unknown') ?? isTrue(INGRESS);
}

function routeFinding(route: HttpRoute): Finding {
  const parents = route.status?.parents ?? [];
  const ours = parents.filter((p) => p.controllerName === TIDEGATE_CONTROLLER);
  const asked = ours.length > 0 ? ours : parents;
  if (asked.length === 0) return ingressNotConfigured();
  for (const { conditions = [] } of asked) {
    const current = conditions.filter((c) => c.observedGeneration === route.metadata?.generation);
    const say = (type: string): { status: string; reason?: string; message?: string } | undefined => current.find((c) => c.type === type);
    const accepted = say('Accepted');
    if (!accepted) return ingressNotConfigured();
    const refused = [accepted, say('ResolvedRefs')].find((c) => c?.status === 'False');
    if (refused) return isFalse(INGRESS, refused.reason ?? 'NotAccepted', `HTTPRoute "${route.metadata?.name}": ${refused.message ?? ''}`);
    const live = ours.length > 0 ? say('Live') : (say('Programmed') ?? accepted);
    if (live?.status !== 'True')
      return isUnknown(INGRESS, live?.reason ?? 'IngressNotConfigured', live?.message ?? 'No proxy has the route yet.');
  }
  return isTrue(INGRESS);
}
