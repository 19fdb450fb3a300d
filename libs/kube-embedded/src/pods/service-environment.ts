import type { Container, Pod, Service } from '@tidegate/kube';
import { referencedNames } from './container-environment.js';
import { type NodeContext, callerOfPod } from './node-context.js';
import { type SeenService, hasVariables, serviceVariables, variableName } from './service-variables.js';

/** In a namespace with more Services than this, only those that a manifest names get an address for each caller; the others keep the clusterIP. */
const MAX_CALLEES = 200;
const REFERENCE = /^(.+)_SERVICE_(?:HOST|PORT)(?:_.*)?$/;

/** Services that $(X_SERVICE_HOST) of a container names but that do not exist (yet). */
export function missingServices(node: NodeContext, pod: Pod, container: Container): string[] {
  const prefixes = new Set(node.services.list(pod.metadata?.namespace).map((s) => variableName(s.metadata?.name ?? '')));
  const own = new Set((container.env ?? []).map((e) => e.name));
  const missing = [...referencedNames(container)].flatMap((name) => {
    const prefix = REFERENCE.exec(name)?.[1];
    return prefix !== undefined && prefix !== 'KUBERNETES' && !own.has(name) && !prefixes.has(prefix)
      ? [prefix.toLowerCase().replaceAll('_', '-')]
      : [];
  });
  return [...new Set(missing)];
}

/** The Services of a container's namespace, each at the address that names this pod's workload as the caller. */
export async function seenServices(node: NodeContext, pod: Pod, container: Container): Promise<SeenService[]> {
  const named =
    pod.spec?.enableServiceLinks === false
      ? []
      : node.services.list(pod.metadata?.namespace).filter((s) => hasVariables(s) && !isKubernetes(s));
  await node.loopbackPorts.ensure([...new Set(named.flatMap(tcpPorts))].slice(0, MAX_CALLEES));
  const caller = callerOfPod(pod);
  const references = referencedNames(container);
  const see = async (service: Service): Promise<SeenService> => {
    const { name = '', namespace = '' } = service.metadata ?? {};
    const ownAddress = named.length <= MAX_CALLEES || references.has(`${variableName(name)}_SERVICE_HOST`);
    return {
      service,
      address: ownAddress ? await node.callers.addressFor(caller, { namespace, name }) : (service.spec?.clusterIP ?? ''),
      boundPort: (port) => node.loopbackPorts.boundPort(port),
    };
  };
  return Promise.all(named.map(see));
}

/** The Service variables of one container. */
export function serviceEnvironment(node: NodeContext, seen: SeenService[]): Map<string, string> {
  const variables = serviceVariables(seen);
  for (const [name, value] of kubernetesVariables(node)) variables.set(name, value);
  return variables;
}

function kubernetesVariables(node: NodeContext): Map<string, string> {
  const service: Service = {
    metadata: { name: 'kubernetes' },
    spec: { clusterIP: node.api.host, ports: [{ name: 'https', port: 443, protocol: 'TCP' }] },
  };
  return serviceVariables([{ service, address: node.api.host, boundPort: () => node.api.port }]);
}

/** The API itself is not behind Envoy: every pod dials it where it listens. */
function isKubernetes(service: Service): boolean {
  return service.metadata?.namespace === 'default' && service.metadata.name === 'kubernetes';
}

function tcpPorts(service: Service): number[] {
  return (service.spec?.ports ?? []).filter((p) => (p.protocol ?? 'TCP') === 'TCP').map((p) => p.port);
}
