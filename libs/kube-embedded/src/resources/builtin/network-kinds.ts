import type { BuiltinKind } from '../builtin-kind.js';
import {
  endpointSliceTable,
  ingressClassTable,
  ingressTable,
  ipAddressTable,
  networkPolicyTable,
  serviceCidrTable,
} from '../columns/network-columns.js';
import { setEndpointSliceDefaults, setIngressClassDefaults, setNetworkPolicyDefaults } from '../defaults/service-defaults.js';
import { endpointSliceErrors, ingressErrors, ipAddressErrors, networkPolicyErrors } from '../validation/network-rules.js';

const networking = { group: 'networking.k8s.io', version: 'v1', component: 'io.k8s.api.networking.v1', namespaced: true } as const;

export const networkKinds: BuiltinKind[] = [
  {
    group: 'discovery.k8s.io',
    version: 'v1',
    component: 'io.k8s.api.discovery.v1',
    namespaced: true,
    kind: 'EndpointSlice',
    validate: endpointSliceErrors,
    setDefaults: setEndpointSliceDefaults,
    plural: 'endpointslices',
    hasGeneration: true,
    table: endpointSliceTable,
  },
  {
    ...networking,
    kind: 'NetworkPolicy',
    validate: networkPolicyErrors,
    setDefaults: setNetworkPolicyDefaults,
    plural: 'networkpolicies',
    shortNames: ['netpol'],
    hasGeneration: true,
    table: networkPolicyTable,
  },
  {
    ...networking,
    kind: 'Ingress',
    validate: ingressErrors,
    prepareCreate: (ingress) => {
      ingress.status = { loadBalancer: {} };
    },
    plural: 'ingresses',
    shortNames: ['ing'],
    hasGeneration: true,
    table: ingressTable,
  },
  {
    ...networking,
    kind: 'IngressClass',
    setDefaults: setIngressClassDefaults,
    plural: 'ingressclasses',
    namespaced: false,
    hasGeneration: true,
    table: ingressClassTable,
  },
  {
    ...networking,
    kind: 'IPAddress',
    validate: ipAddressErrors,
    plural: 'ipaddresses',
    namespaced: false,
    shortNames: ['ip'],
    nameSyntax: 'ip-address',
    selectableFields: ['spec.parentRef.name'],
    table: ipAddressTable,
  },
  { ...networking, kind: 'ServiceCIDR', plural: 'servicecidrs', namespaced: false, table: serviceCidrTable },
];
