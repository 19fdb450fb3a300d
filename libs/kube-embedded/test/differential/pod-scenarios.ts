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

const CLAIMS = `${NS}/persistentvolumeclaims`;
const claim = (name: string, spec: Record<string, unknown> = {}): RawCall => ({
  method: 'POST',
  path: CLAIMS,
  body: {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, ...spec },
  },
});
const storageClass = (name: string, isDefault: boolean): RawCall => ({
  method: 'POST',
  path: '/apis/storage.k8s.io/v1/storageclasses',
  body: {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: { name, annotations: { 'storageclass.kubernetes.io/is-default-class': String(isDefault) } },
    provisioner: 'diff.example.com/nobody',
  },
});
const volume = (name: string, storage: string): RawCall => ({
  method: 'POST',
  path: '/api/v1/persistentvolumes',
  body: {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name },
    spec: { accessModes: ['ReadWriteOnce'], capacity: { storage }, storageClassName: 'diff-static', hostPath: { path: '/diff' } },
  },
});
/** Who wrote what differs between controllers, when a phase changed is a moment, and that nobody uses a claim is told some time later. */
const written = ['metadata.managedFields', 'status.lastPhaseTransitionTime', 'status.conditions'];
const inPhase = (path: string, phase: string): RawCall => ({
  path,
  until: ({ body }) => (body as { status?: { phase?: string } }).status?.phase === phase,
  ignore: written,
});
const debugging = (ephemeralContainers: unknown[]): RawCall => ({
  method: 'PATCH',
  path: `${NS}/pods/debugged/ephemeralcontainers`,
  contentType: 'application/strategic-merge-patch+json',
  body: { spec: { ephemeralContainers } },
  ignore: ['metadata.managedFields'],
});
const sized = (requests: Record<string, string>, limits: Record<string, string>): Record<string, unknown> => ({ name: 'c', image: 'i:1', resources: { requests, limits } });
const resized = ['metadata.managedFields'];
const resizing = (name: string, resources: unknown): RawCall => ({
  method: 'PATCH',
  path: `${NS}/pods/${name}/resize`,
  contentType: 'application/strategic-merge-patch+json',
  body: { spec: { containers: [{ name: 'c', resources }] } },
  ignore: resized,
});
const gone = (path: string): RawCall => ({ path, until: ({ status }) => status === 404 });

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
  {
    name: 'claims and volumes',
    setup: [storageClass('diff-default', true), storageClass('diff-other', false)],
    calls: [
      { ...claim('by-default'), path: `${CLAIMS}?dryRun=All` },
      { ...claim('by-name', { storageClassName: 'diff-other' }), path: `${CLAIMS}?dryRun=All` },
      { ...claim('by-none', { storageClassName: '' }), path: `${CLAIMS}?dryRun=All` },
      { ...volume('diff-large', '5Gi'), ignore: written },
      { ...volume('diff-small', '2Gi'), ignore: written },
      inPhase('/api/v1/persistentvolumes/diff-large', 'Available'),
      inPhase('/api/v1/persistentvolumes/diff-small', 'Available'),
      claim('bound', { storageClassName: 'diff-static' }),
      inPhase(`${CLAIMS}/bound`, 'Bound'),
      inPhase('/api/v1/persistentvolumes/diff-small', 'Bound'),
      { method: 'DELETE', path: '/api/v1/persistentvolumes/diff-small', ignore: written },
      { method: 'DELETE', path: `${CLAIMS}/bound`, ignore: written },
      gone(`${CLAIMS}/bound`),
      gone('/api/v1/persistentvolumes/diff-small'),
    ],
    after: [
      remove('/api/v1/persistentvolumes/diff-large'),
      ...['diff-default', 'diff-other'].map((name) => remove(`/apis/storage.k8s.io/v1/storageclasses/${name}`)),
    ],
  },
  {
    name: 'proxied requests that lead nowhere',
    setup: [
      {
        method: 'POST',
        path: `${NS}/services`,
        body: { apiVersion: 'v1', kind: 'Service', metadata: { name: 'proxied' }, spec: { ports: [{ name: 'http', port: 80 }] } },
      },
    ],
    calls: [
      ...['proxied', 'proxied:80', 'proxied:82', 'proxied:http', 'https:proxied:http', 'ftp:proxied:80', 'a:b:c:d', 'nope:80'].map((name) => ({ path: `${NS}/services/${name}/proxy/path?a=b` })),
      { path: `${NS}/services/proxied:80/proxy/`, as: 'dev,devs' },
      { method: 'POST', path: `${NS}/services/proxied:80/proxy/`, as: 'dev,devs', body: {} },
      { path: `${NS}/pods/nope/proxy/` },
      { path: `${NS}/configmaps/nope/proxy/` },
    ],
    after: [remove(`${NS}/services/proxied`)],
  },
  {
    name: 'ephemeral containers',
    setup: [pod('debugged', { automountServiceAccountToken: false, volumes: [{ name: 'v', emptyDir: {} }] }, `${NS}/pods`)],
    calls: [
      { path: `${NS}/pods/debugged/ephemeralcontainers` },
      debugging([{ name: 'one', image: 'i:1', stdin: true, tty: true, targetContainerName: 'c' }]),
      debugging([{ name: 'two', image: 'i:1', volumeMounts: [{ name: 'v', mountPath: '/v' }] }]),
      // As below: a difference of Go's structs.
      { ...debugging([{ name: 'two', image: 'i:2' }]), ignore: ['message', 'details.causes'] },
      debugging([{ name: 'c', image: 'i:1' }]),
      debugging([{ name: 'bad', image: 'i:1', targetContainerName: 'nope' }]),
      debugging([{ name: 'bad', image: 'i:1', ports: [{ containerPort: 80 }] }]),
      debugging([{ name: 'bad', image: 'i:1', resources: { limits: { cpu: '1' } } }]),
      debugging([{ name: 'bad', image: 'i:1', readinessProbe: { tcpSocket: { port: 80 } } }]),
      debugging([{ name: 'bad', image: 'i:1', lifecycle: { preStop: { sleep: { seconds: 1 } } } }]),
      debugging([{ name: 'bad', image: '' }]),
      { ...merge(`${NS}/pods/debugged/ephemeralcontainers`, { spec: { ephemeralContainers: null } }), ignore: ['metadata.managedFields'] },
      { ...merge(`${NS}/pods/debugged/ephemeralcontainers`, { metadata: { labels: { a: 'b' } }, spec: { priority: 5 } }), ignore: ['metadata.managedFields'] },
      // The sentence goes on with a difference of Go's structs.
      { ...merge(`${NS}/pods/debugged`, { spec: { ephemeralContainers: [{ name: 'three', image: 'i:1' }] } }), ignore: ['message', 'details.causes'] },
      pod('with-one', { ephemeralContainers: [{ name: 'e', image: 'i:1' }] }),
    ],
    after: [remove(`${NS}/pods/debugged`)],
  },
  {
    name: 'pods that are resized',
    setup: [
      pod('sized', { automountServiceAccountToken: false, containers: [sized({ cpu: '100m', memory: '64Mi' }, { memory: '128Mi' })] }, `${NS}/pods`),
      pod('plain', { automountServiceAccountToken: false }, `${NS}/pods`),
    ],
    calls: [
      resizing('sized', { limits: { memory: '256Mi' } }),
      resizing('sized', { requests: { cpu: '200m' }, limits: { cpu: '1' } }),
      resizing('sized', { requests: { cpu: '2' } }),
      resizing('sized', { requests: { memory: '256Mi', cpu: '1' }, limits: { memory: '256Mi', cpu: '1' } }),
      resizing('sized', { requests: { 'ephemeral-storage': '1Gi' } }),
      resizing('plain', { requests: { cpu: '100m' } }),
      { ...merge(`${NS}/pods/sized/resize`, { metadata: { labels: { a: 'b' } }, spec: { priority: 5 } }), ignore: resized },
      { ...merge(`${NS}/pods/sized/resize`, { spec: { containers: [{ name: 'c', image: 'i:2', resources: { requests: { cpu: '300m', memory: '64Mi' }, limits: { cpu: '1', memory: '256Mi' } } }] } }), ignore: resized },
      { ...merge(`${NS}/pods/sized/resize`, { spec: { containers: [sized({ cpu: '300m' }, {})] } }), ignore: resized },
      { path: `${NS}/pods/sized/resize`, ignore: resized },
    ],
    after: [remove(`${NS}/pods/sized`), remove(`${NS}/pods/plain`)],
  },
];
