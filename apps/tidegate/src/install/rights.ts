import { apiRules } from '@tidegate/api/rules';
import type { ClusterRole } from '@tidegate/kube';

export type Rules = NonNullable<ClusterRole['rules']>;

export const read = ['get', 'list', 'watch'];
export const write = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'];

/** Kinds that applications may be made of. Secrets are not: nobody needs to read them to know that they are there. */
const componentsOfApplications: Rules = [
  { apiGroups: [''], resources: ['services', 'pods', 'configmaps', 'persistentvolumeclaims', 'replicationcontrollers', 'serviceaccounts'], verbs: [...read, 'patch'] },
  { apiGroups: ['apps'], resources: ['deployments', 'statefulsets', 'daemonsets', 'replicasets'], verbs: [...read, 'patch'] },
  { apiGroups: ['batch'], resources: ['jobs', 'cronjobs'], verbs: [...read, 'patch'] },
  { apiGroups: ['policy'], resources: ['poddisruptionbudgets'], verbs: [...read, 'patch'] },
  { apiGroups: ['autoscaling'], resources: ['horizontalpodautoscalers'], verbs: [...read, 'patch'] },
  { apiGroups: ['networking.k8s.io'], resources: ['ingresses'], verbs: [...read, 'patch'] },
  { apiGroups: ['gateway.networking.k8s.io'], resources: ['gateways', 'httproutes', 'grpcroutes', 'tlsroutes', 'tcproutes'], verbs: [...read, 'patch'] },
  { apiGroups: ['serving.knative.dev'], resources: ['services', 'domainmappings'], verbs: [...read, 'patch'] },
  { apiGroups: ['delivery.tidegate.dev'], resources: ['strategies'], verbs: [...read, 'patch'] },
];

/** Every identity of the platform with the rights it needs in all namespaces, and no more. The name is the common name of its certificate, after `system:tidegate:`. */
export const identities: Record<string, Rules> = {
  traffic: [
    {
      apiGroups: ['gateway.networking.k8s.io'],
      resources: [
        'gatewayclasses',
        'gateways',
        'listenersets',
        'httproutes',
        'grpcroutes',
        'tlsroutes',
        'tcproutes',
        'backendtlspolicies',
        'referencegrants',
      ],
      verbs: read,
    },
    {
      apiGroups: ['gateway.networking.k8s.io'],
      resources: [
        'gatewayclasses/status',
        'gateways/status',
        'listenersets/status',
        'httproutes/status',
        'grpcroutes/status',
        'tlsroutes/status',
        'tcproutes/status',
        'backendtlspolicies/status',
      ],
      verbs: ['get', 'update', 'patch'],
    },
    { apiGroups: ['mesh.tidegate.dev'], resources: ['trafficpolicies'], verbs: read },
    { apiGroups: ['mesh.tidegate.dev'], resources: ['trafficpolicies/status'], verbs: ['get', 'update', 'patch'] },
    { apiGroups: [''], resources: ['services', 'namespaces', 'configmaps', 'secrets', 'pods'], verbs: read },
    { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: read },
    { apiGroups: ['networking.k8s.io'], resources: ['ipaddresses'], verbs: read },
    { apiGroups: ['apiextensions.k8s.io'], resources: ['customresourcedefinitions'], verbs: read },
    { apiGroups: ['', 'events.k8s.io'], resources: ['events'], verbs: ['create', 'patch'] },
  ],
  // Knows which revisions there are and which pods come; what it tells anybody goes through proxies.
  activator: [
    { apiGroups: ['autoscaling.internal.knative.dev'], resources: ['podautoscalers'], verbs: read },
    { apiGroups: [''], resources: ['pods'], verbs: read },
    { apiGroups: ['', 'events.k8s.io'], resources: ['events'], verbs: ['create', 'patch'] },
  ],
  // Scales what the serving controller made; pods are only labelled and annotated.
  autoscaler: [
    { apiGroups: ['autoscaling.internal.knative.dev'], resources: ['podautoscalers'], verbs: read },
    { apiGroups: ['autoscaling.internal.knative.dev'], resources: ['podautoscalers/status'], verbs: ['get', 'update', 'patch'] },
    { apiGroups: ['apps'], resources: ['deployments'], verbs: read },
    { apiGroups: ['apps'], resources: ['deployments/scale'], verbs: ['get', 'update', 'patch'] },
    { apiGroups: ['autoscaling'], resources: ['horizontalpodautoscalers'], verbs: write },
    { apiGroups: [''], resources: ['pods'], verbs: [...read, 'patch'] },
    { apiGroups: [''], resources: ['services', 'configmaps'], verbs: read },
    { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: read },
    { apiGroups: ['mesh.tidegate.dev'], resources: ['trafficpolicies'], verbs: read },
    { apiGroups: ['', 'events.k8s.io'], resources: ['events'], verbs: ['create', 'patch'] },
  ],
  delivery: [
    {
      apiGroups: ['delivery.tidegate.dev'],
      resources: ['strategies', 'strategies/status', 'strategies/finalizers', 'releases', 'releases/status', 'releases/finalizers'],
      verbs: write,
    },
    { apiGroups: ['gateway.networking.k8s.io'], resources: ['httproutes'], verbs: write },
    { apiGroups: ['gateway.networking.k8s.io'], resources: ['gateways'], verbs: read },
    { apiGroups: [''], resources: ['services', 'secrets'], verbs: write },
    { apiGroups: [''], resources: ['pods', 'configmaps', 'namespaces'], verbs: read },
    { apiGroups: ['apps'], resources: ['deployments', 'statefulsets'], verbs: write },
    { apiGroups: ['apps'], resources: ['replicasets'], verbs: read },
    { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: read },
    { apiGroups: ['', 'events.k8s.io'], resources: ['events'], verbs: ['create', 'patch', 'update', 'get'] },
  ],
  serving: [
    {
      apiGroups: ['serving.knative.dev'],
      resources: ['services', 'configurations', 'revisions', 'routes', 'domainmappings'].flatMap((r) => [
        r,
        `${r}/status`,
        `${r}/finalizers`,
      ]),
      verbs: write,
    },
    { apiGroups: ['autoscaling.internal.knative.dev'], resources: ['podautoscalers'], verbs: write },
    { apiGroups: ['networking.internal.knative.dev'], resources: ['clusterdomainclaims'], verbs: write },
    { apiGroups: ['mesh.tidegate.dev'], resources: ['trafficpolicies'], verbs: write },
    { apiGroups: ['gateway.networking.k8s.io'], resources: ['httproutes', 'referencegrants'], verbs: write },
    // Listeners for the domains that bring a certificate.
    { apiGroups: ['gateway.networking.k8s.io'], resources: ['gateways'], verbs: [...read, 'patch'] },
    { apiGroups: [''], resources: ['services'], verbs: write },
    { apiGroups: [''], resources: ['pods', 'configmaps'], verbs: read },
    { apiGroups: ['apps'], resources: ['deployments'], verbs: write },
    { apiGroups: ['', 'events.k8s.io'], resources: ['events'], verbs: ['create', 'patch', 'update', 'get'] },
  ],
  tenancy: [
    { apiGroups: ['tenancy.tidegate.dev'], resources: ['workspaces', 'workspaces/status', 'workspaces/finalizers'], verbs: write },
    { apiGroups: [''], resources: ['namespaces'], verbs: [...read, 'patch', 'delete'] },
    { apiGroups: [''], resources: ['resourcequotas', 'limitranges'], verbs: write },
    { apiGroups: ['networking.k8s.io'], resources: ['networkpolicies'], verbs: write },
    // It gives rights that it does not hold itself: those of projects and workspaces, and what users' kinds add to them.
    { apiGroups: ['rbac.authorization.k8s.io'], resources: ['clusterroles', 'clusterrolebindings', 'rolebindings'], verbs: [...write, 'bind', 'escalate'] },
    // Of projects that leave their workspace, and whose label of the quota changes; admission asks for it.
    { apiGroups: ['tenancy.tidegate.dev'], resources: ['workspaces/projects'], verbs: ['delete'] },
    { apiGroups: ['tenancy.tidegate.dev'], resources: ['workspaces/quota'], verbs: ['update'] },
    // Applications: what they are made of is looked at, and gets owners.
    { apiGroups: ['app.k8s.io'], resources: ['applications'], verbs: read },
    { apiGroups: ['app.k8s.io'], resources: ['applications/status'], verbs: ['patch'] },
    { apiGroups: ['app.k8s.io'], resources: ['applications/finalizers'], verbs: ['update'] },
    ...componentsOfApplications,
  ],
  webhook: [
    { apiGroups: ['delivery.tidegate.dev'], resources: ['strategies', 'releases'], verbs: read },
    { apiGroups: ['gateway.networking.k8s.io'], resources: ['gateways', 'httproutes'], verbs: read },
    { apiGroups: [''], resources: ['services', 'namespaces', 'pods', 'configmaps'], verbs: read },
    { apiGroups: ['apps'], resources: ['deployments', 'statefulsets'], verbs: read },
    { apiGroups: ['tenancy.tidegate.dev'], resources: ['workspaces'], verbs: read },
    // What it lets through is taken of the workspace's quota.
    { apiGroups: ['tenancy.tidegate.dev'], resources: ['workspaces/status'], verbs: ['patch'] },
    { apiGroups: ['authorization.k8s.io'], resources: ['subjectaccessreviews'], verbs: ['create'] },
    {
      apiGroups: ['admissionregistration.k8s.io'],
      resources: ['mutatingwebhookconfigurations', 'validatingwebhookconfigurations'],
      verbs: ['get', 'list', 'watch', 'create', 'update', 'patch'],
    },
  ],
  api: apiRules,
};

/** Leads, by a Lease, while others wait. */
export const leading: Rules = [{ apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['get', 'create', 'update', 'patch'] }];

/** What identities need beside that in the platform's own namespace alone. */
export const systemRights: Record<string, Rules> = { traffic: leading, delivery: leading, serving: leading, tenancy: leading };

/** On a laptop the webhook makes its own certificate; in a cluster the platform's authority does. */
export const embeddedRights: Record<string, Rules> = {
  webhook: [{ apiGroups: [''], resources: ['secrets'], verbs: ['get', 'create', 'update', 'patch'] }],
};
