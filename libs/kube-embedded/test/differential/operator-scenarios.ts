import type { RawCall } from './raw-call.js';
import type { Scenario } from './scenarios.js';

const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';
const MERGE = 'application/merge-patch+json';
const DEVICES = '/apis/resource.k8s.io/v1';
const CONFIG_MAPS = '/api/v1/namespaces/diff/configmaps';

const devices = (kind: string, plural: string, spec: unknown, namespaced = false): RawCall & { name: string } => {
  const name = `diff-${plural}`;
  const path = namespaced ? `${DEVICES}/namespaces/diff/${plural}` : `${DEVICES}/${plural}`;
  return { method: 'POST', path, body: { apiVersion: 'resource.k8s.io/v1', kind, metadata: { name }, spec }, name };
};
const shown = ({ path, name }: RawCall & { name: string }): RawCall => ({ path: `${path}/${name}`, accept: TABLE, ignore: ['rows.0.object'] });
const changed = ({ path, name }: RawCall & { name: string }, spec: unknown, ignore: string[] = []): RawCall => ({
  method: 'PATCH',
  path: `${path}/${name}`,
  contentType: MERGE,
  body: { spec },
  ignore,
});
const gone = ({ path, name }: RawCall & { name: string }): RawCall => ({ method: 'DELETE', path: `${path}/${name}` });

const deviceClass = devices('DeviceClass', 'deviceclasses', { selectors: [{ cel: { expression: "device.driver == 'diff.example'" } }] });
const claimed = { devices: { requests: [{ name: 'r', exactly: { deviceClassName: 'gpu', tolerations: [{ key: 'a' }] } }] } };
const claim = devices('ResourceClaim', 'resourceclaims', claimed, true);
const template = devices(
  'ResourceClaimTemplate',
  'resourceclaimtemplates',
  { spec: { devices: { requests: [{ name: 'r', firstAvailable: [{ name: 's', deviceClassName: 'gpu' }] }] } } },
  true,
);
const slice = devices('ResourceSlice', 'resourceslices', {
  driver: 'diff.example',
  nodeName: 'n1',
  pool: { name: 'p', generation: 1, resourceSliceCount: 1 },
  devices: [{ name: 'd', attributes: { cores: { int: 3 } }, capacity: { memory: { value: '8192Mi' } } }],
});
const rule = devices('DeviceTaintRule', 'devicetaintrules', {
  deviceSelector: { driver: 'diff.example' },
  taint: { key: 'diff.example/k', effect: 'NoExecute', timeAdded: '2024-01-01T00:00:00Z' },
});
const kindsOfDevices = [deviceClass, claim, template, slice, rule];

const word = (name: string, spec: unknown): RawCall => ({
  method: 'POST',
  path: '/apis/words.example/v1/namespaces/diff/words',
  body: { apiVersion: 'words.example/v1', kind: 'Word', metadata: { name }, spec },
});

const mayDo = (user: string, resourceAttributes: Record<string, string>): RawCall => ({
  method: 'POST',
  path: '/apis/authorization.k8s.io/v1/subjectaccessreviews',
  body: { apiVersion: 'authorization.k8s.io/v1', kind: 'SubjectAccessReview', spec: { user, resourceAttributes } },
  // Managed fields of what is not kept are not kept either.
  ignore: ['metadata'],
});

/** An object is made and written again as it was, without naming a version. */
function writtenBlindly(path: string, apiVersion: string, kind: string, body: Record<string, unknown>): { make: RawCall; again: RawCall; end: RawCall } {
  const object = { apiVersion, kind, metadata: { name: 'blind' }, ...body };
  return {
    make: { method: 'POST', path, body: object },
    // An EndpointSlice without ports says so with null there.
    again: { method: 'PUT', path: `${path}/blind`, body: object, ignore: ['ports'] },
    end: { method: 'DELETE', path: `${path}/blind` },
  };
}
const blindly = [
  writtenBlindly('/apis/discovery.k8s.io/v1/namespaces/diff/endpointslices', 'discovery.k8s.io/v1', 'EndpointSlice', {
    addressType: 'IPv4',
    endpoints: [{ addresses: ['10.1.2.3'] }],
  }),
  writtenBlindly('/apis/coordination.k8s.io/v1/namespaces/diff/leases', 'coordination.k8s.io/v1', 'Lease', { spec: {} }),
  writtenBlindly('/apis/policy/v1/namespaces/diff/poddisruptionbudgets', 'policy/v1', 'PodDisruptionBudget', {
    spec: { minAvailable: 1, selector: { matchLabels: { nobody: 'here' } } },
  }),
  writtenBlindly('/apis/node.k8s.io/v1/runtimeclasses', 'node.k8s.io/v1', 'RuntimeClass', { handler: 'x' }),
  writtenBlindly('/apis/storage.k8s.io/v1/csinodes', 'storage.k8s.io/v1', 'CSINode', { spec: { drivers: [] } }),
  writtenBlindly('/api/v1/namespaces/diff/serviceaccounts', 'v1', 'ServiceAccount', {}),
];

/** What operators of others do that no client of ours did. */
export const operatorScenarios: Scenario[] = [
  {
    name: 'devices',
    calls: [
      ...kindsOfDevices,
      // The age of the taint grows.
      ...kindsOfDevices.map((kind) => (kind === rule ? { ...shown(kind), ignore: ['rows'] } : shown(kind))),
      { path: `${DEVICES}/resourceslices?fieldSelector=spec.nodeName%3Dn1,spec.driver%3Ddiff.example` },
      changed(deviceClass, { config: [{ opaque: { driver: 'diff.example', parameters: {} } }] }),
      // Kubernetes prints its own structs here.
      changed(claim, { devices: { requests: [{ name: 'other', exactly: { deviceClassName: 'gpu' } }] } }, ['message', 'details.causes.0.message']),
      changed(template, { spec: { devices: { requests: null } } }, ['message', 'details.causes.0.message']),
      changed(slice, { nodeName: 'n2', driver: 'other.example', pool: { name: 'q' } }),
    ],
    after: kindsOfDevices.map(gone),
  },
  {
    name: 'migrations of stored versions',
    calls: [
      {
        method: 'POST',
        path: '/apis/storagemigration.k8s.io/v1/storageversionmigrations',
        body: {
          apiVersion: 'storagemigration.k8s.io/v1',
          kind: 'StorageVersionMigration',
          metadata: { name: 'diff' },
          spec: { resource: { group: 'apps', resource: 'deployments' } },
        },
      },
    ],
    after: [{ method: 'DELETE', path: '/apis/storagemigration.k8s.io/v1/storageversionmigrations/diff' }],
  },
  {
    name: 'dry runs with a version',
    setup: [{ method: 'POST', path: CONFIG_MAPS, body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'stored' } } }],
    calls: [
      {
        method: 'POST',
        path: `${CONFIG_MAPS}?dryRun=All`,
        body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'dry', resourceVersion: '5' } },
      },
      {
        method: 'POST',
        path: `${CONFIG_MAPS}?dryRun=All`,
        body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'stored', resourceVersion: '5' } },
      },
      { method: 'POST', path: CONFIG_MAPS, body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'wet', resourceVersion: '5' } } },
    ],
    after: [{ method: 'DELETE', path: `${CONFIG_MAPS}/stored` }],
  },
  {
    name: 'deletions that are dry runs',
    setup: [{ method: 'POST', path: CONFIG_MAPS, body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'stays', labels: { stays: 'yes' } } } }],
    calls: [
      { method: 'DELETE', path: `${CONFIG_MAPS}/stays`, body: { dryRun: ['Bye', 'Pippa'] } },
      { method: 'DELETE', path: `${CONFIG_MAPS}/stays`, body: { kind: 'DeleteOptions', apiVersion: 'v1', dryRun: ['All'] } },
      { method: 'DELETE', path: `${CONFIG_MAPS}/stays?dryRun=All` },
      { method: 'DELETE', path: `${CONFIG_MAPS}?labelSelector=stays%3Dyes`, body: { dryRun: ['All'] } },
      { path: `${CONFIG_MAPS}/stays` },
    ],
    after: [{ method: 'DELETE', path: `${CONFIG_MAPS}/stays` }],
  },
  {
    name: 'rules about fields with reserved names',
    setup: [
      {
        method: 'POST',
        path: '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
        body: {
          apiVersion: 'apiextensions.k8s.io/v1',
          kind: 'CustomResourceDefinition',
          metadata: { name: 'words.words.example' },
          spec: {
            group: 'words.example',
            scope: 'Namespaced',
            names: { kind: 'Word', plural: 'words' },
            versions: [
              {
                name: 'v1',
                served: true,
                storage: true,
                schema: {
                  openAPIV3Schema: {
                    type: 'object',
                    properties: {
                      spec: {
                        type: 'object',
                        properties: { namespace: { type: 'string' }, package: { type: 'string' } },
                        'x-kubernetes-validations': [
                          { rule: '!has(self.namespace) || size(self.namespace) == 0', message: 'no namespace' },
                          { rule: "!has(self.package) || self.__package__ == self.package && self.package != 'p'", message: 'no p' },
                        ],
                      },
                    },
                  },
                },
              },
            ],
          },
        },
      },
      { ...word('probe', {}), path: '/apis/words.example/v1/namespaces/diff/words?dryRun=All', until: ({ status }) => status === 201 },
    ],
    calls: [word('one', { namespace: 'n' }), word('two', { package: 'p' }), word('three', { package: 'q' })],
    after: [{ method: 'DELETE', path: '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/words.words.example' }],
  },
  {
    name: 'rights of the parts of Kubernetes',
    calls: [
      mayDo('system:serviceaccount:kube-system:job-controller', { verb: 'create', resource: 'pods', namespace: 'diff' }),
      mayDo('system:serviceaccount:kube-system:job-controller', { verb: 'create', resource: 'secrets', namespace: 'diff' }),
      mayDo('system:kube-scheduler', { verb: 'create', resource: 'pods', subresource: 'binding', namespace: 'diff' }),
      mayDo('system:kube-controller-manager', { verb: 'create', resource: 'serviceaccounts', subresource: 'token', namespace: 'kube-system' }),
      mayDo('system:kube-controller-manager', { verb: 'get', resource: 'configmaps', namespace: 'kube-system', name: 'extension-apiserver-authentication' }),
    ],
  },
  {
    name: 'updates that name no version',
    setup: blindly.map(({ make }) => make),
    calls: blindly.map(({ again }) => again),
    after: blindly.map(({ end }) => end),
  },
  {
    name: 'nodes',
    calls: [
      // The taint of a node that is not ready is for the cluster that has a controller which takes it off again.
      {
        method: 'POST',
        path: '/api/v1/nodes?dryRun=All',
        body: { apiVersion: 'v1', kind: 'Node', metadata: { name: 'diff' } },
        ignore: ['spec'],
      },
    ],
  },
];
