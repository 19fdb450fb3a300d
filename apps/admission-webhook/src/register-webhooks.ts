import { kinds, type KubeClient, type MutatingWebhookConfiguration, type ValidatingWebhookConfiguration } from '@tidegate/kube';
import { DELIVERY_GROUP } from '@tidegate/delivery-contract';
import { PATHS } from './webhook-server.js';

/** Where the API server calls: an address on this machine (embedded), or a Service of the cluster. */
export type WebhookAddress = { url: string } | { service: { namespace: string; name: string; port: number } };

type Rule = { operations: string[]; resources: string[] };

const NAME = 'tidegate-admission';

/**
 * Writes both webhook configurations. What protects (validation) fails closed; what only decorates (defaults, signatures)
 * fails open, so that a Strategy can be mended even while this webhook is away.
 */
export async function registerWebhooks(client: KubeClient, address: WebhookAddress, caPem: string): Promise<void> {
  const mutating: MutatingWebhookConfiguration = {
    metadata: { name: NAME },
    webhooks: [
      webhook('default.strategies.delivery.tidegate.dev', PATHS.mutate, 'Ignore', {
        operations: ['CREATE', 'UPDATE'],
        resources: ['strategies'],
      }),
      webhook('sign.releases.delivery.tidegate.dev', PATHS.mutate, 'Ignore', { operations: ['UPDATE'], resources: ['releases'] }),
    ],
  };
  const validating: ValidatingWebhookConfiguration = {
    metadata: { name: NAME },
    webhooks: [
      webhook('validate.strategies.delivery.tidegate.dev', PATHS.validate, 'Fail', {
        operations: ['CREATE', 'UPDATE'],
        resources: ['strategies'],
      }),
    ],
  };
  await client.apply(kinds.mutatingWebhookConfigurations, mutating);
  await client.apply(kinds.validatingWebhookConfigurations, validating);

  function webhook(name: string, path: string, failurePolicy: 'Fail' | 'Ignore', rule: Rule) {
    const caBundle = Buffer.from(caPem, 'utf8').toString('base64');
    const clientConfig =
      'url' in address ? { url: `${address.url}${path}`, caBundle } : { service: { ...address.service, path }, caBundle };
    return {
      name,
      clientConfig,
      rules: [{ ...rule, apiGroups: [DELIVERY_GROUP], apiVersions: ['v1alpha1'], scope: 'Namespaced' }],
      failurePolicy,
      matchPolicy: 'Equivalent',
      sideEffects: 'None',
      admissionReviewVersions: ['v1'],
      timeoutSeconds: 10,
    };
  }
}
