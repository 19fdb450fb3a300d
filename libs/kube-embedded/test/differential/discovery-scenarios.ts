import type { RawCall } from './raw-call.js';
import type { Scenario } from './scenarios.js';

const groups = `admissionregistration.k8s.io/v1 apiextensions.k8s.io/v1 apiregistration.k8s.io/v1 apps/v1 authentication.k8s.io/v1
  authorization.k8s.io/v1 autoscaling/v2 batch/v1 coordination.k8s.io/v1 discovery.k8s.io/v1 events.k8s.io/v1
  flowcontrol.apiserver.k8s.io/v1 networking.k8s.io/v1 node.k8s.io/v1 policy/v1 rbac.authorization.k8s.io/v1 scheduling.k8s.io/v1`.split(/\s+/);
const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';
const DEPLOYMENTS = '/apis/apps/v1/namespaces/diff/deployments';
const JOBS = '/apis/batch/v1/namespaces/diff/jobs';
const MERGE = 'application/merge-patch+json';
const template = { metadata: { labels: { a: 'b' } }, spec: { restartPolicy: 'Never', containers: [{ name: 'x', image: 'i:1' }] } };

const invalid = (path: string, apiVersion: string, kind: string, name: string, body: Record<string, unknown>): RawCall => ({
  method: 'POST',
  path: `${path}?dryRun=All`,
  body: { apiVersion, kind, metadata: { name }, ...body },
});

export const discoveryScenarios: Scenario[] = [
  {
    name: 'discovery of groups',
    calls: [
      { path: '/api' , ignore: ['serverAddressByClientCIDRs'] },
      ...groups.map((group): RawCall => ({ path: `/apis/${group}` })),
      ...groups.slice(3, 6).map((group): RawCall => ({ path: `/apis/${group.split('/')[0] ?? ''}` })),
      { path: '/apis/nothing.example' },
      { path: '/apis/apps/v9' },
      { path: '/nothing' },
      { path: '/healthz', accept: '*/*' },
      { path: '/readyz', accept: '*/*' },
    ],
  },
  {
    name: 'what is refused of jobs, sets and budgets',
    calls: [
      invalid(JOBS, 'batch/v1', 'Job', 'j', { spec: { template: { ...template, spec: { ...template.spec, restartPolicy: 'Always' } } } }),
      invalid(JOBS, 'batch/v1', 'Job', 'j', { spec: { template, parallelism: -1 } }),
      invalid(JOBS, 'batch/v1', 'Job', 'j', { spec: { template, completionMode: 'Indexed' } }),
      invalid('/apis/batch/v1/namespaces/diff/cronjobs', 'batch/v1', 'CronJob', 'c', { spec: { schedule: 'x', jobTemplate: { spec: { template } } } }),
      invalid('/apis/batch/v1/namespaces/diff/cronjobs', 'batch/v1', 'CronJob', 'c', { spec: { schedule: '* * * * *', timeZone: 'Nowhere/Land', jobTemplate: { spec: { template } } } }),
      invalid('/apis/batch/v1/namespaces/diff/cronjobs', 'batch/v1', 'CronJob', 'c', { spec: { schedule: '61 * * * *', jobTemplate: { spec: { template } } } }),
      invalid('/apis/batch/v1/namespaces/diff/cronjobs', 'batch/v1', 'CronJob', 'c', { spec: { schedule: '*/5 * * * *', concurrencyPolicy: 'Sometimes', jobTemplate: { spec: { template } } } }),
      invalid('/apis/policy/v1/namespaces/diff/poddisruptionbudgets', 'policy/v1', 'PodDisruptionBudget', 'p', { spec: { minAvailable: 1, maxUnavailable: 1 } }),
      invalid('/apis/policy/v1/namespaces/diff/poddisruptionbudgets', 'policy/v1', 'PodDisruptionBudget', 'p', { spec: { minAvailable: '120%' } }),
      invalid('/apis/autoscaling/v2/namespaces/diff/horizontalpodautoscalers', 'autoscaling/v2', 'HorizontalPodAutoscaler', 'h', { spec: { scaleTargetRef: { kind: 'Deployment', name: 'd', apiVersion: 'apps/v1' }, minReplicas: 3, maxReplicas: 2 } }),
      invalid('/apis/autoscaling/v2/namespaces/diff/horizontalpodautoscalers', 'autoscaling/v2', 'HorizontalPodAutoscaler', 'h', { spec: { scaleTargetRef: { kind: '', name: '' }, maxReplicas: 2 } }),
      invalid('/apis/autoscaling/v2/namespaces/diff/horizontalpodautoscalers', 'autoscaling/v2', 'HorizontalPodAutoscaler', 'h', { spec: { scaleTargetRef: { kind: 'Deployment', name: 'd', apiVersion: 'apps/v1' }, maxReplicas: 2, metrics: [{ type: 'Resource' }] } }),
      invalid('/apis/storage.k8s.io/v1/storageclasses', 'storage.k8s.io/v1', 'StorageClass', 's', {}),
      invalid('/apis/networking.k8s.io/v1/namespaces/diff/ingresses', 'networking.k8s.io/v1', 'Ingress', 'i', { spec: {} }),
      invalid('/apis/networking.k8s.io/v1/namespaces/diff/ingresses', 'networking.k8s.io/v1', 'Ingress', 'i', { spec: { rules: [{ host: 'a', http: { paths: [{ path: 'x', pathType: 'Prefix', backend: { service: { name: 's', port: { number: 80 } } } }] } }] } }),
      invalid('/apis/networking.k8s.io/v1/namespaces/diff/networkpolicies', 'networking.k8s.io/v1', 'NetworkPolicy', 'n', { spec: { podSelector: {}, ingress: [{ ports: [{ port: 99999 }] }] } }),
      invalid('/api/v1/namespaces/diff/persistentvolumeclaims', 'v1', 'PersistentVolumeClaim', 'p', { spec: {} }),
      invalid('/api/v1/persistentvolumes', 'v1', 'PersistentVolume', 'p', { spec: {} }),
      invalid('/apis/coordination.k8s.io/v1/namespaces/diff/leases', 'coordination.k8s.io/v1', 'Lease', 'l', { spec: { leaseDurationSeconds: 0 } }),
      invalid('/apis/certificates.k8s.io/v1/certificatesigningrequests', 'certificates.k8s.io/v1', 'CertificateSigningRequest', 'c', { spec: { request: 'eA==', signerName: 'x', usages: [] } }),
    ],
  },
  {
    name: 'what may not change',
    setup: [
      { method: 'POST', path: DEPLOYMENTS, body: { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'fixed' }, spec: { replicas: 0, selector: { matchLabels: { a: 'b' } }, template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'x', image: 'i:1' }] } } } } },
      { method: 'POST', path: JOBS, body: { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'fixed' }, spec: { suspend: false, parallelism: 0, template } } },
      { method: 'POST', path: '/api/v1/namespaces/diff/configmaps', body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'fixed' }, immutable: true, data: { a: '1' } } },
      { method: 'POST', path: '/api/v1/namespaces/diff/services', body: { apiVersion: 'v1', kind: 'Service', metadata: { name: 'fixed' }, spec: { ports: [{ port: 80 }], clusterIP: 'None' } } },
    ],
    calls: [
      { method: 'PATCH', path: `${DEPLOYMENTS}/fixed`, contentType: MERGE, body: { spec: { selector: { matchLabels: { a: 'c' } } } } },
      { method: 'PATCH', path: `${JOBS}/fixed`, contentType: MERGE, body: { spec: { completions: 4 } } },
      { method: 'PATCH', path: '/api/v1/namespaces/diff/configmaps/fixed', contentType: MERGE, body: { data: { a: '2' } } },
      { method: 'PATCH', path: '/api/v1/namespaces/diff', contentType: MERGE, body: { metadata: { labels: { 'kubernetes.io/metadata.name': 'other' } } } },
      { path: '/api/v1/namespaces/diff/services/fixed', accept: TABLE, ignore: ['rows.0.object'] },
    ],
    after: [
      { method: 'DELETE', path: `${DEPLOYMENTS}/fixed` },
      { method: 'DELETE', path: `${JOBS}/fixed?propagationPolicy=Background` },
      { method: 'DELETE', path: '/api/v1/namespaces/diff/configmaps/fixed' },
      { method: 'DELETE', path: '/api/v1/namespaces/diff/services/fixed' },
    ],
  },
];
