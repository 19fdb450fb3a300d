import type { RawCall } from './raw-call.js';
import type { Scenario } from './scenarios.js';

const NS = '/api/v1/namespaces/diff';
const account = (name: string, fields: Record<string, unknown> = {}, metadata: Record<string, unknown> = {}): RawCall => ({
  method: 'POST',
  path: `${NS}/serviceaccounts`,
  body: { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, ...metadata }, ...fields },
});
const pod = (name: string, spec: Record<string, unknown> = {}, path = `${NS}/pods?dryRun=All`): RawCall => ({
  method: 'POST',
  path,
  body: { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec: { schedulerName: 'nobody', containers: [{ name: 'c', image: 'i:1' }], ...spec } },
});
const secretVariable = { name: 'K', valueFrom: { secretKeyRef: { name: 'other', key: 'k' } } };
const TOKEN_PATH = '/var/run/secrets/kubernetes.io/serviceaccount';
const remove = (path: string): RawCall => ({ method: 'DELETE', path, body: { gracePeriodSeconds: 0 } });
const merge = (path: string, body: unknown): RawCall => ({ method: 'PATCH', path, contentType: 'application/merge-patch+json', body });

export const podScenarios: Scenario[] = [
  {
    name: 'accounts and tolerations of pods',
    setup: [
      account('quiet', { automountServiceAccountToken: false, imagePullSecrets: [{ name: 'hub' }] }),
      account('strict', { secrets: [{ name: 'known' }] }, { annotations: { 'kubernetes.io/enforce-mountable-secrets': 'true' } }),
    ],
    calls: [
      pod('plain'),
      pod('unknown', { serviceAccountName: 'nope' }),
      pod('old-name', { serviceAccount: 'quiet' }),
      pod('asks', { serviceAccountName: 'quiet', automountServiceAccountToken: true, imagePullSecrets: [{ name: 'own' }] }),
      pod('refuses', { automountServiceAccountToken: false }),
      pod('has', {
        initContainers: [{ name: 'i', image: 'i:1' }],
        containers: [{ name: 'c', image: 'i:1', volumeMounts: [{ name: 'v', mountPath: TOKEN_PATH }] }],
        volumes: [{ name: 'v', emptyDir: {} }],
      }),
      pod('secret-volume', { serviceAccountName: 'strict', volumes: [{ name: 'v', secret: { secretName: 'other' } }] }),
      pod('secret-variable', { serviceAccountName: 'strict', containers: [{ name: 'c', image: 'i:1', env: [secretVariable] }] }),
      pod('secret-pull', { serviceAccountName: 'strict', imagePullSecrets: [{ name: 'hub' }] }),
      pod('tolerant', { tolerations: [{ operator: 'Exists' }] }),
      pod('half', { tolerations: [{ key: 'node.kubernetes.io/unreachable', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 5 }] }),
      { ...pod('stays', {}, `${NS}/pods`) },
      merge(`${NS}/pods/stays`, { spec: { tolerations: null } }),
      // The sentence goes on with a difference of Go's structs.
      { ...merge(`${NS}/pods/stays`, { spec: { serviceAccountName: 'quiet' } }), ignore: ['message', 'details.causes'] },
    ],
    after: [remove(`${NS}/pods/stays`), remove(`${NS}/serviceaccounts/quiet`), remove(`${NS}/serviceaccounts/strict`)],
  },
];
