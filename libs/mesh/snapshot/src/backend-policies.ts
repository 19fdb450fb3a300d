import type { BackendTlsPolicy } from '@tidegate/mesh-contract';
import { readCaBundle } from './ca-bundle.js';
import { byAge, keyOf, objectKey, refOf } from './object-key.js';
import type { ServiceTarget } from './service-target.js';
import type { ObjectRef } from './snapshot.js';
import type { SecretLookup } from './tls-secret.js';

/** How a backend is reached by TLS: what is asked for, and what its certificate has to say. */
export interface BackendTls {
  serverName: string;
  ca: string;
  /** One of these must be in the certificate. */
  names: readonly { type: 'DNS' | 'URI'; value: string }[];
}

export interface PolicyFinding {
  holds: boolean;
  reason: string;
  message: string;
}

export interface PolicyPlan {
  ref: ObjectRef;
  key: string;
  accepted: PolicyFinding;
  resolved: PolicyFinding;
  /** Undefined: the policy cannot be kept, and its backends are not reached rather than reached without it. */
  tls?: BackendTls;
}

export function planPolicy(policy: BackendTlsPolicy, lookup: SecretLookup): PolicyPlan {
  const ref = refOf('BackendTLSPolicy', policy);
  const plan = { ref, key: objectKey(policy) };
  const { validation } = policy.spec;
  const resolved: PolicyFinding = { holds: true, reason: 'ResolvedRefs', message: 'All references are resolved.' };
  if (validation.wellKnownCACertificates !== undefined) {
    const message = `wellKnownCACertificates (${validation.wellKnownCACertificates}) is not supported; name ConfigMaps in caCertificateRefs.`;
    return { ...plan, accepted: { holds: false, reason: 'Invalid', message }, resolved };
  }
  const refs = validation.caCertificateRefs ?? [];
  const { pem, problems } = readCaBundle(refs, ref.namespace, undefined, lookup);
  const [first] = problems;
  const references: PolicyFinding = first
    ? { holds: false, reason: first.why === 'kind' ? 'InvalidKind' : 'InvalidCACertificateRef', message: first.message }
    : resolved;
  if (pem === '') {
    const message = first?.message ?? 'The policy names no certificate of an authority; add caCertificateRefs.';
    return { ...plan, accepted: { holds: false, reason: 'NoValidCACertificate', message }, resolved: references };
  }
  const asked = (validation.subjectAltNames ?? []).map(({ type, hostname, uri }) =>
    type === 'URI' ? ({ type, value: uri ?? '' } as const) : ({ type: 'DNS', value: hostname ?? '' } as const),
  );
  const names = asked.length > 0 ? asked : [{ type: 'DNS', value: validation.hostname } as const];
  return {
    ...plan,
    accepted: { holds: true, reason: 'Accepted', message: 'Gateways reach the targets by TLS.' },
    resolved: references,
    tls: { serverName: validation.hostname, ca: pem, names },
  };
}

/** ConfigMaps that a policy names, for the memo. */
export function configMapsNamed(policy: BackendTlsPolicy): string[] {
  return (policy.spec.validation.caCertificateRefs ?? []).map((ref) => keyOf(policy.metadata?.namespace ?? '', ref.name));
}

/** Which policy counts for a port of a Service: one for the port before one for the Service, and of two alike the older. */
export class PolicyIndex {
  private readonly bySection = new Map<string, PolicyPlan[]>();
  private readonly winners = new Set<PolicyPlan>();

  /** `planned` in any order. */
  constructor(planned: readonly { policy: BackendTlsPolicy; plan: PolicyPlan }[]) {
    for (const { policy, plan } of [...planned].sort((a, b) => byAge(a.policy, b.policy))) {
      for (const { group, kind, name, sectionName = '' } of policy.spec.targetRefs) {
        if (group !== '' || kind !== 'Service') continue;
        const key = `${keyOf(plan.ref.namespace, name)}#${sectionName}`;
        const list = this.bySection.get(key);
        if (list) list.push(plan);
        else {
          this.bySection.set(key, [plan]);
          this.winners.add(plan);
        }
      }
    }
  }

  get isEmpty(): boolean {
    return this.bySection.size === 0;
  }

  /** Every policy that names the port or its Service, the one that counts first. */
  naming(target: ServiceTarget): readonly PolicyPlan[] {
    if (this.isEmpty) return NONE;
    const forPort = target.portName === '' ? NONE : (this.bySection.get(`${target.serviceKey}#${target.portName}`) ?? NONE);
    const forService = this.bySection.get(`${target.serviceKey}#`) ?? NONE;
    return forPort.length === 0 ? forService : [...forPort, ...forService];
  }

  /** An older policy has every one of its targets. */
  isConflicted(plan: PolicyPlan): boolean {
    return !this.winners.has(plan);
  }
}

const NONE: readonly PolicyPlan[] = [];
