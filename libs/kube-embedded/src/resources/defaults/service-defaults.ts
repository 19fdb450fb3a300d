import { type JsonObject, ensureObject, numberAt, objectAt, objectsAt, setDefault, textAt } from '@tidegate/kube/json';

/** The defaults of Services. Addresses (clusterIP) and node ports are allocated by the network, not here. */
export function setServiceDefaults(service: JsonObject): void {
  const spec = ensureObject(service, 'spec');
  setDefault(spec, 'sessionAffinity', 'None');
  setDefault(spec, 'type', 'ClusterIP');
  if (spec.sessionAffinity === 'None') delete spec.sessionAffinityConfig;
  if (spec.sessionAffinity === 'ClientIP') {
    const client = ensureObject(ensureObject(spec, 'sessionAffinityConfig'), 'clientIP');
    setDefault(client, 'timeoutSeconds', 10800);
  }
  for (const port of objectsAt(spec, 'ports')) {
    setDefault(port, 'protocol', 'TCP');
    const target = port.targetPort;
    if (target === undefined || target === '' || target === 0) {
      const number = numberAt(port, 'port');
      if (number !== undefined) port.targetPort = number;
    }
  }
  const type = textAt(spec, 'type');
  if (type === 'NodePort' || type === 'LoadBalancer') setDefault(spec, 'externalTrafficPolicy', 'Cluster');
  if (type === 'LoadBalancer') setDefault(spec, 'allocateLoadBalancerNodePorts', true);
  if (type === 'ExternalName') return;
  setDefault(spec, 'internalTrafficPolicy', 'Cluster');
  // The embedded network is IPv4 only, as a single-stack cluster is.
  setDefault(spec, 'ipFamilyPolicy', 'SingleStack');
  if (spec.ipFamilies === undefined) spec.ipFamilies = ['IPv4'];
  const address = textAt(spec, 'clusterIP');
  if (address !== '' && spec.clusterIPs === undefined) spec.clusterIPs = [address];
}

export function setEndpointsDefaults(endpoints: JsonObject): void {
  for (const subset of objectsAt(endpoints, 'subsets')) for (const port of objectsAt(subset, 'ports')) setDefault(port, 'protocol', 'TCP');
}

export function setEndpointSliceDefaults(slice: JsonObject): void {
  for (const port of objectsAt(slice, 'ports')) {
    setDefault(port, 'name', '', false);
    setDefault(port, 'protocol', 'TCP');
  }
  for (const endpoint of objectsAt(slice, 'endpoints')) ensureObject(endpoint, 'conditions');
}

export function setNetworkPolicyDefaults(policy: JsonObject): void {
  const spec = ensureObject(policy, 'spec');
  for (const direction of ['ingress', 'egress'])
    for (const rule of objectsAt(spec, direction)) for (const port of objectsAt(rule, 'ports')) setDefault(port, 'protocol', 'TCP');
  if (spec.policyTypes !== undefined) return;
  spec.policyTypes = spec.egress === undefined ? ['Ingress'] : ['Ingress', 'Egress'];
}

export function setIngressClassDefaults(ingressClass: JsonObject): void {
  const parameters = objectAt(ingressClass, 'spec', 'parameters');
  if (parameters) setDefault(parameters, 'scope', 'Cluster');
}
