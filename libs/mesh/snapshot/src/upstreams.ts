import type { BackendTls, PolicyIndex } from './backend-policies.js';
import type { GatewayPlan } from './gateway-plan.js';
import type { ServiceTarget } from './service-target.js';
import type { TlsCertificate } from './tls-secret.js';

/** How a proxy reaches one port of a Service. */
export interface Upstream {
  /** Added to the names of its clusters: clusters of one target differ by it. '' is the plain one. */
  suffix: string;
  tls?: BackendTls & { clientCertificate?: TlsCertificate };
}

const PLAIN: Upstream = { suffix: '' };

/** Undefined: it may not be reached. */
export type UpstreamOf = (target: ServiceTarget) => Upstream | undefined;

/** Inside the mesh clients speak TLS themselves where a Service wants it. */
export const plainUpstream: UpstreamOf = () => PLAIN;

/** From a Gateway backends are reached as their policies say, with the Gateway's own certificate where it has one. */
export function upstreamsOf(plan: GatewayPlan, policies: PolicyIndex): UpstreamOf {
  if (policies.isEmpty) return plainUpstream;
  const { clientCertificate } = plan;
  return (target) => {
    const [policy] = policies.naming(target);
    if (!policy) return PLAIN;
    if (!policy.tls) return undefined;
    return clientCertificate
      ? { suffix: `/tls@${plan.key}`, tls: { ...policy.tls, clientCertificate } }
      : { suffix: '/tls', tls: policy.tls };
  };
}
