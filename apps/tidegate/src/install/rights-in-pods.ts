import { identities, leading, systemRights, write, type Rules } from './rights.js';

/** Rights of one identity: in all namespaces, and in the release's namespace alone. */
export interface Rights {
  everywhere: Rules;
  release: Rules;
}

/** What the parts need only where pods are pods: proxies are made, replicas know each other, certificates are renewed. */
const onlyInPods: Record<string, Partial<Rights>> = {
  traffic: {
    // Endpoints of Services that the east-west proxy answers for.
    everywhere: [
      { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: write },
      // Those with a selector lose it meanwhile, and a second Service has it.
      { apiGroups: [''], resources: ['services'], verbs: ['create', 'patch', 'delete'] },
      { apiGroups: [''], resources: ['endpoints'], verbs: ['delete'] },
    ],
    // Proxies: a Deployment, a Service and a bootstrap for each Gateway.
    release: [
      { apiGroups: ['apps'], resources: ['deployments'], verbs: write },
      { apiGroups: [''], resources: ['services', 'configmaps'], verbs: write },
      { apiGroups: ['policy'], resources: ['poddisruptionbudgets'], verbs: write },
    ],
  },
  // Replicas know each other by their Leases.
  activator: { release: [{ apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: write }] },
  autoscaler: { release: [{ apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: write }] },
  // A registry is asked for a tag's digest as the nodes would ask it: with the pull secrets of the Revision and of its account.
  digests: { everywhere: [{ apiGroups: [''], resources: ['secrets', 'serviceaccounts'], verbs: ['get'] }] },
  // Writes the authority's key and everybody's certificates.
  certificates: {
    release: [...leading, { apiGroups: [''], resources: ['secrets'], verbs: ['get', 'create', 'update', 'patch'] }],
  },
};

/** Every identity of a cluster. The Helm chart's roles are made from this. */
export function rightsInPods(): Record<string, Rights> {
  const names = [...new Set([...Object.keys(identities), ...Object.keys(onlyInPods)])];
  return Object.fromEntries(
    names.map((name) => {
      const everywhere = [...(identities[name] ?? []), ...(onlyInPods[name]?.everywhere ?? [])];
      const release = [...(systemRights[name] ?? []), ...(onlyInPods[name]?.release ?? [])];
      return [name, { everywhere, release }];
    }),
  );
}

const KNATIVE_NAMESPACE = 'knative-serving';
const named = (apiGroup: string, resource: string, names: string[], verbs: string[]): Rules[number] => ({
  apiGroups: [apiGroup],
  resources: [resource],
  resourceNames: names,
  verbs,
});

/** Of the Jobs that the chart runs; their accounts are gone when they have ended. */
export const hookRights: Record<'install' | 'remove', Rights> = {
  // Kinds, GatewayClass, Knative's namespace, the sign-in token, certificates.
  install: {
    everywhere: [
      {
        apiGroups: ['apiextensions.k8s.io'],
        resources: ['customresourcedefinitions'],
        verbs: ['get', 'list', 'create', 'update', 'patch'],
      },
      { apiGroups: ['gateway.networking.k8s.io'], resources: ['gatewayclasses', 'gateways'], verbs: ['get', 'create', 'patch'] },
      { apiGroups: [''], resources: ['namespaces'], verbs: ['get', 'create', 'patch'] },
      { apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'create'] },
    ],
    release: [...(onlyInPods['certificates']?.release ?? [])],
  },
  // What was made while the platform ran, and what `install` made.
  remove: {
    everywhere: [
      { apiGroups: ['apiextensions.k8s.io'], resources: ['customresourcedefinitions'], verbs: ['list', 'delete'] },
      { apiGroups: ['gateway.networking.k8s.io'], resources: ['gatewayclasses'], verbs: ['list', 'delete'] },
      { apiGroups: ['delivery.tidegate.dev'], resources: ['strategies'], verbs: ['list', 'patch'] },
      { apiGroups: ['tenancy.tidegate.dev'], resources: ['workspaces'], verbs: ['list', 'patch'] },
      { apiGroups: ['rbac.authorization.k8s.io'], resources: ['clusterroles'], verbs: ['list', 'delete'] },
      { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: ['list', 'delete'] },
      // Those that the shared proxy answers for have their selector back.
      { apiGroups: [''], resources: ['services'], verbs: ['list', 'patch', 'delete'] },
      {
        apiGroups: ['admissionregistration.k8s.io'],
        resources: ['mutatingwebhookconfigurations', 'validatingwebhookconfigurations'],
        verbs: ['list', 'delete'],
      },
      named('', 'namespaces', [KNATIVE_NAMESPACE], ['get', 'delete']),
    ],
    release: [
      { apiGroups: ['apps'], resources: ['deployments'], verbs: ['list', 'delete'] },
      { apiGroups: [''], resources: ['configmaps'], verbs: ['list', 'delete'] },
      { apiGroups: ['policy'], resources: ['poddisruptionbudgets'], verbs: ['list', 'delete'] },
      { apiGroups: [''], resources: ['pods'], verbs: ['list'] },
      { apiGroups: [''], resources: ['secrets'], verbs: ['list', 'delete'] },
      { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['list', 'delete'] },
    ],
  },
};
