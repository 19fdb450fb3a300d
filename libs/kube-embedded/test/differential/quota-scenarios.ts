import type { RawCall } from './raw-call.js';
import type { Scenario } from './scenarios.js';

const namespace = (name: string): RawCall => ({
  method: 'POST',
  path: '/api/v1/namespaces',
  body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name } },
});
const NS = '/api/v1/namespaces/diff-quota';
const quota = (name: string, spec: unknown): RawCall => ({
  method: 'POST',
  path: `${NS}/resourcequotas`,
  body: { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name }, spec },
});
/** Resolves once the controller, which is asynchronous in Kubernetes, has counted. */
const counted = (name: string, used: Record<string, string>): RawCall => ({
  path: `${NS}/resourcequotas/${name}`,
  until: ({ body }) => {
    const status = (body as { status?: { used?: Record<string, string> } }).status?.used;
    return Object.entries(used).every(([key, value]) => status?.[key] === value);
  },
});
const pod = (name: string, resources: unknown, spec: Record<string, unknown> = {}): RawCall => ({
  method: 'POST',
  path: `${NS}/pods`,
  body: {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name },
    spec: { schedulerName: 'nobody', containers: [{ name: 'c', image: 'i:1', resources }], ...spec },
  },
});
const configMap = (name: string): RawCall => ({
  method: 'POST',
  path: `${NS}/configmaps`,
  body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } },
});
const service = (name: string, spec: Record<string, unknown>): RawCall => ({
  method: 'POST',
  path: `${NS}/services`,
  body: { apiVersion: 'v1', kind: 'Service', metadata: { name }, spec: { ports: [{ port: 80 }], ...spec } },
  ignore: ['spec.clusterIP', 'spec.clusterIPs', 'spec.ports'],
});
const deployment = (name: string): RawCall => ({
  method: 'POST',
  path: '/apis/apps/v1/namespaces/diff-quota/deployments',
  body: {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      replicas: 0,
      selector: { matchLabels: { a: 'b' } },
      template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'x', image: 'i' }] } },
    },
  },
});
const claim = (name: string, storage: string): RawCall => ({
  method: 'POST',
  path: `${NS}/persistentvolumeclaims`,
  body: {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage } } },
  },
});
const limitRange = (name: string, limits: unknown[]): RawCall => ({
  method: 'POST',
  path: `${NS}/limitranges`,
  body: { apiVersion: 'v1', kind: 'LimitRange', metadata: { name }, spec: { limits } },
});
const remove = (path: string): RawCall => ({ method: 'DELETE', path, body: { gracePeriodSeconds: 0 } });
const statusOf = (name: string): RawCall => ({ path: `${NS}/resourcequotas/${name}`, ignore: ['metadata.managedFields'] });

export const quotaScenarios: Scenario[] = [
  {
    name: 'quotas',
    setup: [
      namespace('diff-quota'),
      { path: `${NS}/configmaps/kube-root-ca.crt`, until: ({ status }) => status === 200, method: 'GET' },
      quota('counts', {
        hard: {
          configmaps: '3',
          'count/deployments.apps': '1',
          services: '2',
          'services.nodeports': '0',
          'services.loadbalancers': '1',
          'requests.storage': '2Gi',
          persistentvolumeclaims: '2',
        },
      }),
      quota('compute', { hard: { pods: '2', 'requests.cpu': '500m', 'limits.memory': '1Gi', cpu: '1' } }),
      quota('lowly', { hard: { pods: '1' }, scopes: ['BestEffort'] }),
      counted('counts', { configmaps: '1' }),
      counted('compute', { pods: '0', cpu: '0' }),
      counted('lowly', { pods: '0' }),
    ],
    calls: [
      statusOf('counts'),
      configMap('one'),
      configMap('two'),
      configMap('three'),
      { ...configMap('dry'), path: `${NS}/configmaps?dryRun=All` },
      deployment('one'),
      deployment('two'),
      service('node-port', { type: 'NodePort' }),
      { ...service('plain', {}), ignore: ['spec', 'metadata.managedFields'] },
      { method: 'PATCH', path: `${NS}/services/plain`, contentType: 'application/merge-patch+json', body: { spec: { type: 'NodePort' } } },
      claim('big', '3Gi'),
      claim('small', '1Gi'),
      claim('next', '1025Mi'),
      pod('silent', undefined),
      pod('first', { requests: { cpu: '300m' }, limits: { memory: '512Mi' } }),
      pod('second', { requests: { cpu: '300m' }, limits: { memory: '512Mi' } }),
      pod('init', { requests: { cpu: '100m' }, limits: { memory: '1Mi' } }, {
        initContainers: [{ name: 'i', image: 'i:1', resources: { requests: { cpu: '250m' }, limits: { memory: '1Mi' } } }],
      }),
      statusOf('compute'),
      statusOf('lowly'),
      ...[{ pods: '-1' }, { foo: '1' }, { secrets: '1.5' }, { 'count/x': '1.5' }, { 'requests.storage': '-1Gi' }].map((hard) => quota('bad', { hard })),
      quota('bad', { hard: { 'example.com/x': '2' }, scopes: ['BestEffort', 'NotBestEffort'] }),
      quota('bad', { hard: { pods: '2' }, scopes: ['Unheard'] }),
      { method: 'PATCH', path: `${NS}/resourcequotas/lowly`, contentType: 'application/merge-patch+json', body: { spec: { scopes: ['NotBestEffort'] } } },
      { path: `${NS}/resourcequotas`, accept: 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json', ignore: ['rows.0.object', 'rows.1.object', 'rows.2.object'] },
    ],
    after: [
      remove(`${NS}/pods/first`),
      ...['counts', 'compute', 'lowly'].map((name) => remove(`${NS}/resourcequotas/${name}`)),
    ],
  },
  {
    name: 'limit ranges',
    calls: [
      limitRange('sizes', [
        {
          type: 'Container',
          default: { cpu: '400m', memory: '256Mi' },
          defaultRequest: { cpu: '100m' },
          min: { cpu: '50m' },
          max: { cpu: '1' },
          maxLimitRequestRatio: { cpu: '5' },
        },
        { type: 'Pod', max: { cpu: '2' } },
        { type: 'PersistentVolumeClaim', max: { storage: '1Gi' }, min: { storage: '1Mi' } },
      ]),
      pod('silent', undefined),
      pod('tiny', { requests: { cpu: '10m' }, limits: { cpu: '400m' } }),
      pod('wide', { requests: { cpu: '50m' } }),
      pod('huge', { requests: { cpu: '1' }, limits: { cpu: '3' } }),
      pod('many', undefined, {
        containers: ['a', 'b', 'c'].map((name) => ({ name, image: 'i:1', resources: { requests: { cpu: '900m' }, limits: { cpu: '1' } } })),
      }),
      pod('init', undefined, { initContainers: [{ name: 'i', image: 'i:1' }] }),
      claim('big', '2Gi'),
      claim('tiny', '1Ki'),
      limitRange('bad', [{ type: 'Container', min: { cpu: '2' }, max: { cpu: '1' }, default: { cpu: '3' } }]),
      limitRange('bad', [{ type: 'Pod', default: { cpu: '3' } }]),
      limitRange('bad', [{ type: 'Pod' }, { type: 'Pod' }]),
    ],
    after: [remove(`${NS}/pods/silent`), remove(`${NS}/pods/init`), remove('/api/v1/namespaces/diff-quota')],
  },
  {
    name: 'priorities',
    calls: [
      {
        method: 'POST',
        path: '/apis/scheduling.k8s.io/v1/priorityclasses',
        body: { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name: 'diff-high' }, value: 1000 },
      },
      { ...pod('unknown', undefined, { priorityClassName: 'nope' }), path: '/api/v1/namespaces/diff/pods' },
      { ...pod('high', undefined, { priorityClassName: 'diff-high' }), path: '/api/v1/namespaces/diff/pods?dryRun=All' },
      { path: '/apis/scheduling.k8s.io/v1/priorityclasses/system-node-critical' },
      {
        method: 'PATCH',
        path: '/apis/scheduling.k8s.io/v1/priorityclasses/diff-high',
        contentType: 'application/merge-patch+json',
        body: { value: 5 },
      },
    ],
    after: [remove('/apis/scheduling.k8s.io/v1/priorityclasses/diff-high')],
  },
];
