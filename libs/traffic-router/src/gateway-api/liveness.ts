import type { Liveness } from '../traffic-router.js';
import type { HttpRoute, RouteCondition } from './http-route.js';

const TIDEGATE_CONTROLLER = 'tidegate.dev/gateway-controller';

/**
 * Tidegate's own gateway counts the proxies that confirmed a generation (condition Live). Another implementation can
 * only say Accepted, which is taken as the best it has.
 */
export function routeLiveness(routes: readonly HttpRoute[]): Liveness {
  if (routes.length === 0) return { live: false, proxies: '', message: 'no route is written yet' };
  const each = routes.map(livenessOf);
  const missing = each.find((l) => !l.live);
  const fewest = each.filter((l) => l.proxies !== '').sort((a, b) => share(a.proxies) - share(b.proxies))[0];
  return { live: missing === undefined, proxies: fewest?.proxies ?? '', message: missing?.message ?? '' };
}

function livenessOf(route: HttpRoute): Liveness {
  const name = route.metadata?.name ?? '';
  const parents = route.status?.parents ?? [];
  const ours = parents.filter((p) => p.controllerName === TIDEGATE_CONTROLLER);
  const asked = ours.length > 0 ? ours : parents;
  if (asked.length === 0) return { live: false, proxies: '', message: `no gateway has taken up route ${name} yet` };
  const conditions = asked.map((p) => current(route, p.conditions ?? [], ours.length > 0 ? 'Live' : 'Accepted'));
  const bad = conditions.find((c) => c?.status !== 'True');
  const proxies = conditions.map((c) => /(\d+\/\d+)/.exec(c?.message ?? '')?.[1] ?? '').find((p) => p !== '') ?? '';
  if (conditions.every((c) => c?.status === 'True')) return { live: true, proxies, message: '' };
  const said = bad === undefined ? 'its newest form is not confirmed yet' : `${bad.reason ?? 'NotLive'}: ${bad.message ?? ''}`;
  return { live: false, proxies, message: `route ${name} is not live: ${said}` };
}

/** The condition, if it speaks about the route as it is now. */
function current(route: HttpRoute, conditions: readonly RouteCondition[], type: string): RouteCondition | undefined {
  return conditions.find((c) => c.type === type && c.observedGeneration === route.metadata?.generation);
}

function share(proxies: string): number {
  const [live = 0, total = 1] = proxies.split('/').map(Number);
  return total === 0 ? 0 : live / total;
}
