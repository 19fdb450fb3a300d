import type { Service, ServicePort } from '@tidegate/kube';
import { SERVICE_LABEL, VERSION_LABEL } from '@tidegate/mesh-contract';
import { type ServicePolicy, type TargetPolicy, policyOfPort } from './target-policy.js';

/** One port of one Service as something that requests go to. */
export interface ServiceTarget {
  namespace: string;
  service: string;
  /** namespace/service. */
  serviceKey: string;
  port: number;
  portName: string;
  /** The Service's first TCP port: names made for signals leave its number out. */
  isFirstPort: boolean;
  /** Name of the Envoy cluster and of its endpoints: namespace/service/port. */
  cluster: string;
  endpointsKey: string;
  /** What route names and signals call it. */
  serviceLabel: string;
  versionLabel: string;
  protocol: 'http1' | 'http2' | 'tcp';
  /** The port says so itself, so that a GRPCRoute does not overrule it. */
  protocolIsExplicit: boolean;
  /** Of the Service's TrafficPolicy, for ports that speak HTTP. */
  policy?: TargetPolicy;
}

const H2 = new Set(['kubernetes.io/h2c', 'h2c', 'http2', 'grpc', 'kubernetes.io/grpc']);
const H1 = new Set(['http', 'kubernetes.io/ws', 'ws']);

function targetOf(service: Service, port: ServicePort): ServiceTarget {
  const { namespace = '', name = '', labels } = service.metadata ?? {};
  const hint = port.appProtocol ?? port.name?.split('-')[0] ?? '';
  const tcp =
    port.appProtocol !== undefined ? !H1.has(hint.toLowerCase()) && !H2.has(hint.toLowerCase()) : hint === 'tcp' || hint === 'tls';
  return {
    namespace,
    service: name,
    serviceKey: `${namespace}/${name}`,
    port: port.port,
    portName: port.name ?? '',
    isFirstPort: tcpPorts(service)[0]?.port === port.port,
    cluster: `${namespace}/${name}/${port.port}`,
    endpointsKey: `endpoints/${namespace}/${name}/${port.port}`,
    serviceLabel: labels?.[SERVICE_LABEL] ?? name,
    versionLabel: labels?.[VERSION_LABEL] ?? '-',
    protocol: tcp ? 'tcp' : H2.has(hint.toLowerCase()) ? 'http2' : 'http1',
    protocolIsExplicit: port.appProtocol !== undefined || H2.has(hint) || H1.has(hint),
  };
}

export function targetsOf(service: Service, policy?: ServicePolicy): ServiceTarget[] {
  return tcpPorts(service).map((port) => {
    const target = targetOf(service, port);
    const own = policy && policyOfPort(policy, target);
    return own ? { ...target, policy: own } : target;
  });
}

/** Ports that carry TCP; a Service may have the same number once more for UDP. */
function tcpPorts(service: Service): ServicePort[] {
  return (service.spec?.ports ?? []).filter((port) => (port.protocol ?? 'TCP') === 'TCP');
}
