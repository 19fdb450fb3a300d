import { kinds, type KubeClient, type MutatingWebhookConfiguration, type ValidatingWebhookConfiguration } from '@tidegate/kube';
import { DELIVERY_GROUP } from '@tidegate/delivery-contract';
import { SERVING_GROUP, SERVING_NAMESPACE } from '@tidegate/serving-contract';
import { DELIVERY_PATHS } from './delivery-reviews.js';
import { QUOTA_LABEL, TENANCY_GROUP } from '@tidegate/tenancy-contract';
import { SERVING_PATHS } from './serving-reviews.js';
import { TENANCY_PATHS } from './tenancy-reviews.js';

/** Where the API server calls: an address on this machine (embedded), or a Service of the cluster. */
export type WebhookAddress = { url: string } | { service: { namespace: string; name: string; port: number } };

interface Webhook {
  name: string;
  path: string;
  failurePolicy: 'Fail' | 'Ignore';
  rule: { apiGroups: string[]; apiVersions: string[]; operations: string[]; resources: string[] };
  /** Only there. */
  namespace?: string;
  scope?: 'Namespaced' | 'Cluster';
  /** Not for namespaces with these names: those of the system must never wait for a webhook. */
  except?: readonly string[];
  /** Only in namespaces with this label. */
  label?: string;
  /** A dry run must leave nothing; default: it does nothing anyway. */
  sideEffects?: 'None' | 'NoneOnDryRun';
}
type Configuration = MutatingWebhookConfiguration | ValidatingWebhookConfiguration;

const NAME = 'tidegate-admission';
const WRITES = ['CREATE', 'UPDATE'];
const delivery = (operations: string[], resources: string[]): Webhook['rule'] => ({
  apiGroups: [DELIVERY_GROUP],
  apiVersions: ['v1alpha1'],
  operations,
  resources,
});
const serving: Webhook['rule'] = {
  apiGroups: [SERVING_GROUP],
  apiVersions: ['*'],
  operations: WRITES,
  resources: ['services', 'configurations', 'revisions', 'routes', 'domainmappings'],
};

const namespaces = (operations: string[]): Webhook['rule'] => ({ apiGroups: [''], apiVersions: ['v1'], operations, resources: ['namespaces'] });
const workspaces = (operations: string[]): Webhook['rule'] => ({ apiGroups: [TENANCY_GROUP], apiVersions: ['*'], operations, resources: ['workspaces'] });
const routes: Webhook['rule'] = {
  apiGroups: ['gateway.networking.k8s.io'],
  apiVersions: ['*'],
  operations: WRITES,
  resources: ['httproutes', 'grpcroutes', 'tlsroutes'],
};
const counted = (apiGroup: string, resources: string[], operations: string[]): Webhook['rule'] => ({ apiGroups: [apiGroup], apiVersions: ['*'], operations, resources });
/** What takes of a workspace's quota when it comes, and what may take more when it changes. */
const COUNTED = [
  { name: 'objects', rule: counted('', ['pods', 'configmaps', 'secrets'], ['CREATE']) },
  { name: 'changes', rule: counted('', ['services', 'persistentvolumeclaims'], WRITES) },
  { name: 'resizes', rule: counted('', ['pods/resize'], ['UPDATE']) },
  { name: 'workloads', rule: counted('apps', ['deployments', 'statefulsets'], ['CREATE']) },
  { name: 'jobs', rule: counted('batch', ['jobs', 'cronjobs'], ['CREATE']) },
  { name: 'knative', rule: counted(SERVING_GROUP, ['services'], ['CREATE']) },
  { name: 'gateways', rule: counted('gateway.networking.k8s.io', ['gateways', 'httproutes'], ['CREATE']) },
];
/** A dead webhook must not keep the cluster, or this platform, from being mended. */
const SYSTEM = ['kube-system', 'kube-public', 'kube-node-lease', SERVING_NAMESPACE];

/**
 * Writes the webhook configurations. What protects (validation) fails closed; what only decorates (defaults, signatures of Strategies)
 * fails open, so that a Strategy can be mended even while this webhook is away. Knative's kinds are not whole without their defaults, so
 * these fail closed; a config map that is broken is not used anyway, so that check fails open. Knative's configurations have Knative's names. Namespaces of the system and the
 * platform's own wait for nobody.
 */
export async function registerWebhooks(client: KubeClient, address: WebhookAddress, caPem: string, ownNamespace: string): Promise<void> {
  const except = [...SYSTEM, ownNamespace];
  const caBundle = Buffer.from(caPem, 'utf8').toString('base64');
  const configuration = (name: string, ...webhooks: Webhook[]): Configuration => ({
    metadata: { name },
    webhooks: webhooks.map((w) => toWebhook(w, address, caBundle)),
  });
  const mutate = DELIVERY_PATHS.mutate;
  const mutating = [
    configuration(
      NAME,
      { name: 'default.strategies.delivery.tidegate.dev', path: mutate, failurePolicy: 'Ignore', rule: delivery(WRITES, ['strategies']) },
      { name: 'sign.releases.delivery.tidegate.dev', path: mutate, failurePolicy: 'Ignore', rule: delivery(['UPDATE'], ['releases']) },
      // Who created a project decides who administers it: nobody else may say it, so nothing is created unsigned.
      { name: 'sign.namespaces.tenancy.tidegate.dev', path: TENANCY_PATHS.sign, failurePolicy: 'Fail', rule: namespaces(['CREATE']), scope: 'Cluster', except },
      { name: 'sign.workspaces.tenancy.tidegate.dev', path: TENANCY_PATHS.sign, failurePolicy: 'Fail', rule: workspaces(WRITES), scope: 'Cluster' },
    ),
    configuration('webhook.serving.knative.dev', {
      name: 'webhook.serving.knative.dev',
      path: SERVING_PATHS.defaulting,
      failurePolicy: 'Fail',
      rule: serving,
    }),
  ];
  const validating = [
    configuration(
      NAME,
      { name: 'validate.strategies.delivery.tidegate.dev', path: DELIVERY_PATHS.validate, failurePolicy: 'Fail', rule: delivery(WRITES, ['strategies']) },
      { name: 'validate.namespaces.tenancy.tidegate.dev', path: TENANCY_PATHS.validate, failurePolicy: 'Fail', rule: namespaces(WRITES), scope: 'Cluster', except },
      { name: 'validate.workspaces.tenancy.tidegate.dev', path: TENANCY_PATHS.validate, failurePolicy: 'Fail', rule: workspaces(WRITES), scope: 'Cluster' },
      { name: 'validate.routes.tenancy.tidegate.dev', path: TENANCY_PATHS.routes, failurePolicy: 'Fail', rule: routes, except },
      { name: 'validate.applications.tenancy.tidegate.dev', path: TENANCY_PATHS.applications, failurePolicy: 'Fail', rule: { apiGroups: ['app.k8s.io'], apiVersions: ['*'], operations: WRITES, resources: ['applications'] }, except },
      // While nobody answers, pods still come: each project alone is kept within the workspace's quota by Kubernetes, and the book is set right afterwards.
      ...COUNTED.map(({ name, rule }) => ({ name: `${name}.quota.tenancy.tidegate.dev`, path: TENANCY_PATHS.quota, failurePolicy: 'Ignore' as const, rule, label: QUOTA_LABEL, sideEffects: 'NoneOnDryRun' as const })),
    ),
    configuration('validation.webhook.serving.knative.dev', {
      name: 'validation.webhook.serving.knative.dev',
      path: SERVING_PATHS.validation,
      failurePolicy: 'Fail',
      rule: serving,
    }),
    configuration('config.webhook.serving.knative.dev', {
      name: 'config.webhook.serving.knative.dev',
      path: SERVING_PATHS.config,
      failurePolicy: 'Ignore',
      rule: { apiGroups: [''], apiVersions: ['v1'], operations: WRITES, resources: ['configmaps'] },
      namespace: SERVING_NAMESPACE,
    }),
  ];
  for (const c of validating) await client.apply(kinds.validatingWebhookConfigurations, c);
  for (const c of mutating) await client.apply(kinds.mutatingWebhookConfigurations, c);
}

function toWebhook({ name, path, failurePolicy, rule, namespace, scope = 'Namespaced', except, label, sideEffects = 'None' }: Webhook, address: WebhookAddress, caBundle: string) {
  const clientConfig = 'url' in address ? { url: `${address.url}${path}`, caBundle } : { service: { ...address.service, path }, caBundle };
  return {
    name,
    clientConfig,
    rules: [{ ...rule, scope }],
    failurePolicy,
    matchPolicy: 'Equivalent',
    sideEffects,
    admissionReviewVersions: ['v1'],
    timeoutSeconds: 10,
    ...(namespace === undefined ? {} : { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } } }),
    ...(label === undefined ? {} : { namespaceSelector: { matchExpressions: [{ key: label, operator: 'Exists' }] } }),
    ...(except === undefined ? {} : { namespaceSelector: { matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: [...except] }] } }),
  };
}
