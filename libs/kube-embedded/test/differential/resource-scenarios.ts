import type { RawCall } from './raw-call.js';
import type { Scenario } from './scenarios.js';

const MERGE = 'application/merge-patch+json';
const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';
const pod = (name: string, more: Record<string, unknown> = {}): RawCall => ({
  method: 'POST',
  path: '/api/v1/namespaces/diff/pods',
  body: {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels: { evict: 'me' } },
    spec: { schedulerName: 'nobody', containers: [{ name: 'c', image: 'i:1' }], ...more },
  },
});
const eviction = (name: string, more: Record<string, unknown> = {}): RawCall => ({
  method: 'POST',
  path: `/api/v1/namespaces/diff/pods/${name}/eviction`,
  body: { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace: 'diff' }, ...more },
});
const running = (name: string): RawCall => ({
  method: 'PATCH',
  path: `/api/v1/namespaces/diff/pods/${name}/status`,
  contentType: MERGE,
  body: { status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: '2024-01-01T00:00:00Z' }] } },
});
const budget = (name: string): string => `/apis/policy/v1/namespaces/diff/poddisruptionbudgets/${name}`;
const remove = (path: string): RawCall => ({ method: 'DELETE', path, body: { gracePeriodSeconds: 0 } });

/** One object of a kind: created, shown as a row, changed, deleted. */
function lifeOf(path: string, apiVersion: string, kind: string, name: string, body: Record<string, unknown>, change: Record<string, unknown>): RawCall[] {
  return [
    { method: 'POST', path, body: { apiVersion, kind, metadata: { name }, ...body } },
    { path: `${path}/${name}`, accept: TABLE, ignore: ['rows.0.object'] },
    { method: 'PATCH', path: `${path}/${name}`, contentType: MERGE, body: change },
    { method: 'DELETE', path: `${path}/${name}` },
  ];
}

/** Fields that the client models do not have yet, of which this API is made; a generation that begins with the first change; and finalizers that controllers add. */
const newInThisVersion = (call: RawCall): RawCall => ({
  ...call,
  ignore: [...(call.ignore ?? []), 'spec.preventPodSchedulingIfMissing', 'metadata.generation', 'metadata.managedFields', 'metadata.finalizers', 'metadata.deletionTimestamp', 'metadata.deletionGracePeriodSeconds', 'status'],
});

export const resourceScenarios: Scenario[] = [
  {
    name: 'evictions',
    setup: [
      pod('e1'),
      pod('e2'),
      running('e1'),
      running('e2'),
      {
        method: 'POST',
        path: '/apis/policy/v1/namespaces/diff/poddisruptionbudgets',
        body: {
          apiVersion: 'policy/v1',
          kind: 'PodDisruptionBudget',
          metadata: { name: 'few' },
          spec: { minAvailable: 1, selector: { matchLabels: { evict: 'me' } } },
        },
      },
      { path: budget('few'), until: ({ body }) => (body as { status?: { currentHealthy?: number } }).status?.currentHealthy === 2 },
    ],
    calls: [
      // The controllers have names of their own.
      { path: budget('few'), ignore: ['metadata.managedFields'] },
      { path: budget('few'), accept: TABLE, ignore: ['rows.0.object'] },
      eviction('none'),
      eviction('e1', { metadata: { name: 'other' } }),
      { ...eviction('e1'), path: '/api/v1/namespaces/diff/pods/e1/eviction?dryRun=All' },
      eviction('e1', { deleteOptions: { preconditions: { uid: 'other' } } }),
    ],
    after: [remove('/api/v1/namespaces/diff/pods/e1'), remove('/api/v1/namespaces/diff/pods/e2'), remove(budget('few'))],
  },
  {
    name: 'evictions that a budget refuses',
    setup: [
      pod('e3'),
      running('e3'),
      {
        method: 'POST',
        path: '/apis/policy/v1/namespaces/diff/poddisruptionbudgets',
        body: { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name: 'all' }, spec: { minAvailable: '100%', selector: {} } },
      },
      { path: budget('all'), until: ({ body }) => (body as { status?: { observedGeneration?: number } }).status?.observedGeneration === 1 },
    ],
    calls: [{ path: budget('all'), ignore: ['metadata.managedFields', 'status'] }, eviction('e3')],
    after: [remove('/api/v1/namespaces/diff/pods/e3'), remove(budget('all'))],
  },
  {
    name: 'bindings',
    setup: [pod('b1')],
    calls: [
      {
        method: 'POST',
        path: '/api/v1/namespaces/diff/pods/b1/binding',
        body: { apiVersion: 'v1', kind: 'Binding', metadata: { name: 'b1' }, target: { apiVersion: 'v1', kind: 'Node', name: 'n1' } },
      },
      {
        method: 'POST',
        path: '/api/v1/namespaces/diff/pods/b1/binding',
        body: { apiVersion: 'v1', kind: 'Binding', metadata: { name: 'b1' }, target: { apiVersion: 'v1', kind: 'Node', name: 'n2' } },
      },
      { path: '/api/v1/namespaces/diff/pods/b1' },
    ],
    after: [remove('/api/v1/namespaces/diff/pods/b1')],
  },
  {
    name: 'kinds that are data',
    calls: [
      ...lifeOf('/apis/node.k8s.io/v1/runtimeclasses', 'node.k8s.io/v1', 'RuntimeClass', 'diff', { handler: 'runc', overhead: { podFixed: { cpu: '0.5' } } }, { handler: 'kata' }),
      ...lifeOf('/apis/storage.k8s.io/v1/csidrivers', 'storage.k8s.io/v1', 'CSIDriver', 'diff.example', { spec: {} }, { spec: { storageCapacity: true } }).map(newInThisVersion),
      ...lifeOf('/apis/storage.k8s.io/v1/csinodes', 'storage.k8s.io/v1', 'CSINode', 'diff', { spec: { drivers: [{ name: 'a.example', nodeID: 'n', topologyKeys: ['z'] }] } }, { metadata: { labels: { a: 'b' } } }).map(newInThisVersion),
      ...lifeOf('/apis/storage.k8s.io/v1/volumeattachments', 'storage.k8s.io/v1', 'VolumeAttachment', 'diff', { spec: { attacher: 'a.example', nodeName: 'n', source: { persistentVolumeName: 'pv' } } }, { metadata: { labels: { a: 'b' } } }),
      ...lifeOf('/apis/storage.k8s.io/v1/namespaces/diff/csistoragecapacities', 'storage.k8s.io/v1', 'CSIStorageCapacity', 'diff', { storageClassName: 'x', capacity: '1024Mi' }, { capacity: '2Gi' }),
      ...lifeOf('/apis/storage.k8s.io/v1/volumeattributesclasses', 'storage.k8s.io/v1', 'VolumeAttributesClass', 'diff', { driverName: 'a.example', parameters: { iops: '5' } }, { metadata: { labels: { a: 'b' } } }).map(newInThisVersion),
      ...lifeOf('/api/v1/namespaces/diff/podtemplates', 'v1', 'PodTemplate', 'diff', { template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i:1' }] } } }, { metadata: { labels: { a: 'b' } } }),
      ...lifeOf(
        '/apis/flowcontrol.apiserver.k8s.io/v1/flowschemas',
        'flowcontrol.apiserver.k8s.io/v1',
        'FlowSchema',
        'diff',
        {
          spec: {
            matchingPrecedence: 5000,
            priorityLevelConfiguration: { name: 'exempt' },
            rules: [{ subjects: [{ kind: 'User', user: { name: 'x' } }], nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }] }],
          },
        },
        { spec: { matchingPrecedence: 5001 } },
      ).map((call) => ({ ...call, ignore: [...(call.ignore ?? []), 'status', 'metadata.managedFields', 'rows'] })),
    ],
  },
  {
    name: 'policies that change objects',
    setup: [
      {
        method: 'POST',
        path: '/apis/admissionregistration.k8s.io/v1/mutatingadmissionpolicies',
        body: {
          apiVersion: 'admissionregistration.k8s.io/v1',
          kind: 'MutatingAdmissionPolicy',
          metadata: { name: 'diff-marks' },
          spec: {
            matchConstraints: {
              resourceRules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['configmaps'] }],
              objectSelector: { matchLabels: { marked: 'please' } },
            },
            failurePolicy: 'Fail',
            reinvocationPolicy: 'Never',
            variables: [{ name: 'mark', expression: "object.metadata.name + '-mark'" }],
            mutations: [
              { patchType: 'ApplyConfiguration', applyConfiguration: { expression: 'Object{metadata: Object.metadata{labels: {"mark": variables.mark}}}' } },
              { patchType: 'JSONPatch', jsonPatch: { expression: '[JSONPatch{op: "add", path: "/data/" + jsonpatch.escapeKey("a.b"), value: "c"}]' } },
            ],
          },
        },
      },
      {
        method: 'POST',
        path: '/apis/admissionregistration.k8s.io/v1/mutatingadmissionpolicybindings',
        body: {
          apiVersion: 'admissionregistration.k8s.io/v1',
          kind: 'MutatingAdmissionPolicyBinding',
          metadata: { name: 'diff-marks' },
          spec: { policyName: 'diff-marks' },
        },
      },
      {
        method: 'POST',
        path: '/api/v1/namespaces/diff/configmaps?dryRun=All',
        body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'probe', labels: { marked: 'please' } }, data: { x: 'y' } },
        until: ({ body }) => (body as { metadata?: { labels?: Record<string, string> } }).metadata?.labels?.['mark'] !== undefined,
      },
    ],
    calls: [
      {
        method: 'POST',
        path: '/api/v1/namespaces/diff/configmaps',
        body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'm1', labels: { marked: 'please' } }, data: { x: 'y' } },
      },
      {
        method: 'POST',
        path: '/api/v1/namespaces/diff/configmaps',
        body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'm2' }, data: { x: 'y' } },
      },
      { path: '/apis/admissionregistration.k8s.io/v1/mutatingadmissionpolicies', accept: TABLE, ignore: ['rows.0.object'] },
    ],
    after: [
      remove('/apis/admissionregistration.k8s.io/v1/mutatingadmissionpolicybindings/diff-marks'),
      remove('/apis/admissionregistration.k8s.io/v1/mutatingadmissionpolicies/diff-marks'),
      remove('/api/v1/namespaces/diff/configmaps/m1'),
      remove('/api/v1/namespaces/diff/configmaps/m2'),
    ],
  },
];
