import type { BlockReason } from '@tidegate/delivery-contract';
import type { TrafficRouter } from '@tidegate/traffic-router';
import { madeWorkloadName } from './made-workload.js';
import { observedVersion, type Observed } from './observed.js';
import { trafficPorts } from './planned-traffic.js';

export interface Block {
  reason: BlockReason;
  message: string;
}

/** Why this Strategy can route nothing; undefined when it can. */
export function whyNotRoutable(observed: Observed, router: TrafficRouter): Block | undefined {
  const { service, spec, olderStrategies } = observed;
  const [older] = olderStrategies;
  if (older !== undefined) {
    return { reason: 'ServiceHasAnotherStrategy', message: `Service ${spec.service} belongs to Strategy ${older}; delete one of the two` };
  }
  if (!service) return { reason: 'ServiceMissing', message: `Service ${spec.service} does not exist; create it or correct spec.service` };
  const ports = trafficPorts(service);
  if (ports.length === 0) return { reason: 'PortNotHttp', message: `Service ${spec.service} has no port` };
  const refused = ports.map((p) => router.refusal(p)).find((r) => r !== undefined);
  if (refused !== undefined) return { reason: 'PortNotHttp', message: `Service ${spec.service}: ${refused}` };
  if (Object.keys(service.spec?.selector ?? {}).length === 0) {
    return { reason: 'RouterRefuses', message: `Service ${spec.service} has no selector, so its versions cannot be told apart` };
  }
  return undefined;
}

/** Traffic is pinned to a version only when it can answer. */
export function whyNotPinnable(observed: Observed, version: string): Block | undefined {
  const found = observedVersion(observed, version);
  if (found.ready > 0) return undefined;
  if (!found.workload && found.pods === 0) {
    return {
      reason: 'PrincipalMissing',
      message: `No Deployment or StatefulSet of Service ${observed.spec.service} has the pod label version=${version}`,
    };
  }
  return { reason: 'PrincipalNotReady', message: `${version} has no ready pod yet` };
}

/** Why the candidate that the Strategy names cannot be released; undefined when it can, or when none is named. */
export function whyNotReleasable(observed: Observed, promoted: string): Block | undefined {
  const { spec } = observed;
  if (spec.candidate === undefined) return undefined;
  const candidate = observedVersion(observed, spec.candidate);
  if (candidate.workload) return undefined;
  if (!spec.candidatePatch) {
    return {
      reason: 'CandidateMissing',
      message: `No Deployment or StatefulSet has the pod label version=${spec.candidate}; create it, or say in spec.candidatePatch how to make it`,
    };
  }
  const principal = observedVersion(observed, promoted).workload;
  if (!principal)
    return {
      reason: 'PrincipalMissing',
      message: `${spec.candidate} is to be made from ${promoted}, which has no Deployment or StatefulSet`,
    };
  const name = madeWorkloadName(spec.service, spec.candidate);
  if (observed.takenNames.has(`${principal.kind}/${name}`)) {
    return {
      reason: 'WorkloadNameTaken',
      message: `${spec.candidate} would be ${principal.kind} ${name}, but that name belongs to something else`,
    };
  }
  return undefined;
}
