import { STRATEGY_FINALIZER } from '@tidegate/delivery-contract';
import { WORKSPACE_FINALIZER } from '@tidegate/tenancy-contract';
import { type Remains, planRemoval } from './plan-removal.js';

const nothing: Remains = {
  mutatingWebhooks: [],
  validatingWebhooks: [],
  strategies: [],
  workspaces: [],
  clusterRoles: [],
  deployments: [],
  services: [],
  answeredServices: [],
  endpointsServices: [],
  budgets: [],
  configMaps: [],
  secrets: [],
  leases: [],
  endpointSlices: [],
  gatewayClasses: [],
  knativeNamespace: undefined,
  definitions: [],
};
const NAMESPACE = 'tidegate-system';
const by = (manager: string, name: string, namespace?: string) => ({ metadata: { name, namespace, managedFields: [{ manager }] } });
const marked = (name: string) => ({ metadata: { name, labels: { 'app.kubernetes.io/managed-by': 'tidegate' } } });
const hook = (name: string, namespace: string) => ({
  metadata: { name },
  webhooks: [
    { name, admissionReviewVersions: ['v1'], sideEffects: 'None', clientConfig: { service: { namespace, name: 'tidegate-webhook' } } },
  ],
});
const plan = (remains: Partial<Remains>, keepKinds = true): string[] =>
  planRemoval({ ...nothing, ...remains }, { namespace: NAMESPACE, keepKinds }).map((removal) => {
    switch (removal.do) {
      case 'delete':
        return `${removal.kind.kind} ${removal.namespace === undefined ? '' : `${removal.namespace}/`}${removal.name}`;
      case 'release-strategy':
        return `release ${removal.namespace}/${removal.name} -> ${JSON.stringify(removal.finalizers)}`;
      case 'release-workspace':
        return `release ${removal.name} -> ${JSON.stringify(removal.finalizers)}`;
      case 'give-selector-back':
        return `give back ${removal.namespace}/${removal.name} ${JSON.stringify(removal.selector)}`;
      case 'await-endpoints':
        return `await ${removal.services.map(({ namespace, name }) => `${namespace}/${name}`).join()}`;
    }
  });

const rows: { name: string; remains: Partial<Remains>; keepKinds?: boolean; expected: string[] }[] = [
  { name: 'nothing needs nothing', remains: {}, expected: [] },
  {
    name: 'webhooks that call the release go, those of others with the same names stay',
    remains: {
      validatingWebhooks: [hook('webhook.serving.knative.dev', NAMESPACE), hook('other', 'knative-serving')],
      mutatingWebhooks: [hook('tidegate-admission', NAMESPACE)],
    },
    expected: ['MutatingWebhookConfiguration tidegate-admission', 'ValidatingWebhookConfiguration webhook.serving.knative.dev'],
  },
  {
    name: 'what people made in the namespace of the release stays',
    remains: {
      secrets: [by('tidegate', 'tidegate-ca', NAMESPACE), by('kubectl-create', 'registry-login', NAMESPACE)],
      deployments: [by('tidegate-mesh', 'gw-shop-shop', NAMESPACE), by('helm', 'proxy', NAMESPACE)],
    },
    expected: ['Deployment tidegate-system/gw-shop-shop', 'Secret tidegate-system/tidegate-ca'],
  },
  {
    name: 'a Service that the shared proxy answers for has its pods again before the proxy goes',
    remains: {
      answeredServices: [{ metadata: { name: 'shop', namespace: 'web', annotations: { 'mesh.tidegate.dev/selector': '{"app":"shop"}' } } }],
      endpointsServices: [by('tidegate-mesh-proxies', 'shop-tidegate', 'web')],
      endpointSlices: [{ ...by('tidegate-mesh-proxies', 'shop-tidegate', 'web'), addressType: 'IPv4', endpoints: [] }],
      deployments: [by('tidegate-mesh-proxies', 'tidegate-waypoint', NAMESPACE)],
    },
    expected: [
      'give back web/shop {"app":"shop"}',
      'await web/shop',
      'Service web/shop-tidegate',
      'EndpointSlice web/shop-tidegate',
      'Deployment tidegate-system/tidegate-waypoint',
    ],
  },
  {
    name: 'roles of projects go when no Workspace is left',
    remains: { clusterRoles: [by('tidegate-tenancy', 'tidegate:project:admin'), by('helm', 'tidegate-tenancy')] },
    expected: ['ClusterRole tidegate:project:admin'],
  },
  {
    name: 'a Workspace that stays can be deleted afterwards, and its members keep what they may do',
    remains: {
      workspaces: [{ metadata: { name: 'shop', finalizers: [WORKSPACE_FINALIZER, 'other'] }, spec: {} }],
      clusterRoles: [by('tidegate-tenancy', 'tidegate:project:admin')],
    },
    expected: ['release shop -> ["other"]'],
  },
  {
    name: 'what was made for a Workspace goes with its kind',
    keepKinds: false,
    remains: {
      workspaces: [{ metadata: { name: 'shop' }, spec: {} }],
      clusterRoles: [
        by('tidegate-tenancy', 'tidegate:project:admin'),
        { metadata: { ...by('tidegate-tenancy', 'tidegate:workspace:shop:admin').metadata, ownerReferences: [{ apiVersion: 'v1', kind: 'Workspace', name: 'shop', uid: '1' }] } },
      ],
    },
    expected: ['ClusterRole tidegate:project:admin'],
  },
  {
    name: 'a Strategy can be deleted afterwards, and keeps the finalizers of others',
    remains: {
      strategies: [
        { metadata: { name: 's', namespace: 'shop', finalizers: ['other/f', STRATEGY_FINALIZER] }, spec: {} as never },
        { metadata: { name: 't', namespace: 'shop' }, spec: {} as never },
      ],
    },
    expected: ['release shop/s -> ["other/f"]'],
  },
  {
    name: "the class and Knative's namespace go only when they are ours",
    remains: {
      gatewayClasses: [
        { metadata: { name: 'tidegate' }, spec: { controllerName: 'tidegate.dev/gateway-controller' } },
        { metadata: { name: 'istio' }, spec: { controllerName: 'istio.io/gateway-controller' } },
      ],
      knativeNamespace: marked('knative-serving'),
    },
    expected: ['GatewayClass tidegate', 'Namespace knative-serving'],
  },
  { name: "somebody else's knative-serving stays", remains: { knativeNamespace: { metadata: { name: 'knative-serving' } } }, expected: [] },
  {
    name: 'kinds stay',
    remains: { definitions: [{ ...marked('strategies.delivery.tidegate.dev'), spec: {} as never }] },
    expected: [],
  },
  {
    name: 'kinds go when that is asked for, those of others never',
    keepKinds: false,
    remains: {
      definitions: [
        { ...marked('strategies.delivery.tidegate.dev'), spec: {} as never },
        { metadata: { name: 'gateways.gateway.networking.k8s.io' }, spec: {} as never },
      ],
    },
    expected: ['CustomResourceDefinition strategies.delivery.tidegate.dev'],
  },
];

it.each(rows)('$name', ({ remains, keepKinds, expected }) => {
  expect(plan(remains, keepKinds ?? true)).toEqual(expected);
});
