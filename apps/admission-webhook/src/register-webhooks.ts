import { kinds, type KubeClient, type MutatingWebhookConfiguration, type ValidatingWebhookConfiguration } from '@tidegate/kube';
import { DELIVERY_GROUP } from '@tidegate/delivery-contract';
import { SERVING_GROUP, SERVING_NAMESPACE } from '@tidegate/serving-contract';
import { DELIVERY_PATHS } from './delivery-reviews.js';
import { SERVING_PATHS } from './serving-reviews.js';

/** Where the API server calls: an address on this machine (embedded), or a Service of the cluster. */
export type WebhookAddress = { url: string } | { service: { namespace: string; name: string; port: number } };

interface Webhook {
  name: string;
  path: string;
  failurePolicy: 'Fail' | 'Ignore';
  rule: { apiGroups: string[]; apiVersions: string[]; operations: string[]; resources: string[] };
  /** Only there. */
  namespace?: string;
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

/**
 * Writes the webhook configurations. What protects (validation) fails closed; what only decorates (defaults, signatures of Strategies)
 * fails open, so that a Strategy can be mended even while this webhook is away. Knative's kinds are not whole without their defaults, so
 * these fail closed; a config map that is broken is not used anyway, so that check fails open. Knative's configurations have Knative's names.
 */
export async function registerWebhooks(client: KubeClient, address: WebhookAddress, caPem: string): Promise<void> {
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
    ),
    configuration('webhook.serving.knative.dev', {
      name: 'webhook.serving.knative.dev',
      path: SERVING_PATHS.defaulting,
      failurePolicy: 'Fail',
      rule: serving,
    }),
  ];
  const validating = [
    configuration(NAME, {
      name: 'validate.strategies.delivery.tidegate.dev',
      path: DELIVERY_PATHS.validate,
      failurePolicy: 'Fail',
      rule: delivery(WRITES, ['strategies']),
    }),
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

function toWebhook({ name, path, failurePolicy, rule, namespace }: Webhook, address: WebhookAddress, caBundle: string) {
  const clientConfig = 'url' in address ? { url: `${address.url}${path}`, caBundle } : { service: { ...address.service, path }, caBundle };
  return {
    name,
    clientConfig,
    rules: [{ ...rule, scope: 'Namespaced' }],
    failurePolicy,
    matchPolicy: 'Equivalent',
    sideEffects: 'None',
    admissionReviewVersions: ['v1'],
    timeoutSeconds: 10,
    ...(namespace === undefined ? {} : { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } } }),
  };
}
