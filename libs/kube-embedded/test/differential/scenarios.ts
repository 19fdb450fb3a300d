import { autoscalerScenarios } from './autoscaler-scenarios.js';
import { discoveryScenarios } from './discovery-scenarios.js';
import { identityScenarios } from './identity-scenarios.js';
import { operatorScenarios } from './operator-scenarios.js';
import { podScenarios } from './pod-scenarios.js';
import { policyScenarios } from './policy-scenarios.js';
import { quotaScenarios } from './quota-scenarios.js';
import { resourceScenarios } from './resource-scenarios.js';
import { ruleScenarios } from './rule-scenarios.js';
import type { RawCall } from './raw-call.js';

export interface Scenario {
  name: string;
  /** Answers that are compared; `setup` calls are not. */
  setup?: RawCall[];
  calls: RawCall[];
  /** Leaves nothing that disturbs the next. */
  after?: RawCall[];
}

const NS = '/api/v1/namespaces/diff';
const CM = `${NS}/configmaps`;
const JSON_PATCH = 'application/json-patch+json';
const MERGE = 'application/merge-patch+json';
const STRATEGIC = 'application/strategic-merge-patch+json';
const APPLY = 'application/apply-patch+yaml';
const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';
const PARTIAL = 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io';
const PARTIAL_LIST = 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io';

const configMap = (
  name: string,
  data: Record<string, unknown> = { a: '1' },
  metadata: Record<string, unknown> = {},
): Record<string, unknown> => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, ...metadata },
  data,
});
const create = (name: string, data?: Record<string, unknown>, metadata?: Record<string, unknown>): RawCall => ({
  method: 'POST',
  path: CM,
  body: configMap(name, data, metadata),
});
const DEPLOYMENTS = '/apis/apps/v1/namespaces/diff/deployments';
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';
const lastApplied = (data: Record<string, string>): string =>
  `${JSON.stringify({ apiVersion: 'v1', data, kind: 'ConfigMap', metadata: { annotations: {}, name: 'last', namespace: 'diff' } })}\n`;
const role = (name: string, rules: unknown[]): RawCall => ({
  method: 'POST',
  path: '/apis/rbac.authorization.k8s.io/v1/namespaces/diff/roles',
  body: { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata: { name }, rules },
});
const widgets = '/apis/diff.tidegate.dev/v1/namespaces/diff/widgets';
const widget = (name: string, spec: unknown): Record<string, unknown> => ({
  apiVersion: 'diff.tidegate.dev/v1',
  kind: 'Widget',
  metadata: { name },
  spec,
});
const widgetDefinition = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'widgets.diff.tidegate.dev' },
  spec: {
    group: 'diff.tidegate.dev',
    scope: 'Namespaced',
    names: { plural: 'widgets', singular: 'widget', kind: 'Widget', listKind: 'WidgetList', shortNames: ['wd'] },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        subresources: { status: {}, scale: { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas' } },
        additionalPrinterColumns: [{ name: 'Size', type: 'integer', jsonPath: '.spec.size' }],
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: {
              spec: {
                type: 'object',
                required: ['size'],
                properties: {
                  size: { type: 'integer', minimum: 1, maximum: 9 },
                  replicas: { type: 'integer', default: 2 },
                  color: { type: 'string', enum: ['red', 'blue'] },
                },
              },
              status: { type: 'object', properties: { replicas: { type: 'integer' }, phase: { type: 'string' } } },
            },
          },
        },
      },
    ],
  },
};
const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

/** Run in this order on a cluster with an empty namespace `diff`; each scenario leaves nothing that disturbs the next. */
export const scenarios: Scenario[] = [
  {
    name: 'create, get, update, delete',
    calls: [
      create('one'),
      create('one'),
      { path: `${CM}/one` },
      { path: `${CM}/none` },
      { method: 'PUT', path: `${CM}/one`, body: configMap('one', { a: '2' }) },
      { method: 'PUT', path: `${CM}/one`, body: configMap('one', { a: '2' }, { resourceVersion: '1' }) },
      { method: 'PUT', path: `${CM}/one`, body: configMap('two') },
      { method: 'PUT', path: `${CM}/none`, body: configMap('none') },
      { method: 'PUT', path: `${CM}/one`, body: configMap('one', {}, { uid: '00000000-0000-0000-0000-000000000000' }) },
      { method: 'DELETE', path: `${CM}/one`, body: { kind: 'DeleteOptions', apiVersion: 'v1', preconditions: { uid: 'other' } } },
      { method: 'DELETE', path: `${CM}/one`, body: { kind: 'DeleteOptions', apiVersion: 'v1', propagationPolicy: 'Sideways' } },
      { method: 'DELETE', path: `${CM}/one` },
      { method: 'DELETE', path: `${CM}/one` },
    ],
  },
  {
    name: 'bad bodies and names',
    calls: [
      create('Bad_Name'),
      { method: 'POST', path: CM, body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: {} } },
      { method: 'POST', path: CM, body: { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'x' } } },
      { method: 'POST', path: CM, body: { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'x' } } },
      { method: 'POST', path: CM, body: { kind: 'ConfigMap', metadata: { name: 'x' } } },
      { method: 'POST', path: CM, body: '{"apiVersion":' },
      { method: 'POST', path: CM, body: '' },
      // Both messages list protobuf among what Kubernetes reads and writes.
      { method: 'POST', path: CM, body: 'x', contentType: 'text/plain', ignore: ['message'] },
      { method: 'POST', path: CM, body: configMap('x', { a: 1 }) },
      create('other-namespace', {}, { namespace: 'default' }),
      create('labels', {}, { labels: { 'bad key': 'x' } }),
      create('finalizers', {}, { finalizers: ['plain'] }),
      create('with-version', {}, { resourceVersion: '1' }),
      {
        method: 'POST',
        path: CM,
        body: 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: yaml}\ndata: {a: b}\n',
        contentType: 'application/yaml',
      },
      { method: 'DELETE', path: `${CM}/yaml` },
      { path: CM, accept: 'application/xml', ignore: ['message'] },
    ],
  },
  {
    name: 'paths that are not there',
    calls: [
      { path: '/nowhere' },
      { path: '/apis/none.example/v1' },
      { path: '/apis/none.example/v1/things' },
      { path: '/api/v1/things' },
      { path: '/apis/apps/v1/namespaces/diff/widgets/x' },
      { path: `${CM}/x/status` },
      { method: 'POST', path: `${CM}/x` },
      { method: 'PUT', path: CM },
      { method: 'PATCH', path: CM, body: {}, contentType: MERGE },
      { method: 'DELETE', path: '/api/v1/namespaces?dryRun=All' },
      { path: '/healthz' },
      { path: '/livez' },
      { path: '/readyz' },
    ],
  },
  {
    name: 'field validation',
    calls: [
      { method: 'POST', path: `${CM}?fieldValidation=Warn`, body: { ...configMap('warn'), extra: 1, metadata: { name: 'warn', nam: 2 } } },
      { method: 'POST', path: `${CM}?fieldValidation=Strict`, body: { ...configMap('strict'), extra: 1 } },
      { method: 'POST', path: `${CM}?fieldValidation=Ignore`, body: { ...configMap('ignore'), extra: 1 } },
      { method: 'POST', path: `${CM}?fieldValidation=Maybe`, body: configMap('maybe') },
      { method: 'POST', path: `${CM}?dryRun=Some`, body: configMap('maybe') },
      { method: 'POST', path: `${CM}?dryRun=All`, body: configMap('dry') },
      { path: `${CM}/dry` },
      {
        method: 'POST',
        path: `${CM}?dryRun=All`,
        body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'immutable' }, immutable: true, data: { a: '1' } },
      },
      { method: 'DELETE', path: `${CM}/warn` },
      { method: 'DELETE', path: `${CM}/ignore` },
    ],
  },
  {
    name: 'patches',
    setup: [create('patched', { a: '1', b: '2' })],
    calls: [
      { method: 'PATCH', path: `${CM}/patched`, contentType: MERGE, body: { data: { a: null, c: '3' } } },
      { method: 'PATCH', path: `${CM}/patched`, contentType: JSON_PATCH, body: [{ op: 'replace', path: '/data/b', value: '9' }] },
      { method: 'PATCH', path: `${CM}/patched`, contentType: JSON_PATCH, body: [{ op: 'test', path: '/data/b', value: 'no' }] },
      { method: 'PATCH', path: `${CM}/patched`, contentType: JSON_PATCH, body: [{ op: 'remove', path: '/data/zzz' }] },
      { method: 'PATCH', path: `${CM}/patched`, contentType: JSON_PATCH, body: { op: 'remove' } },
      { method: 'PATCH', path: `${CM}/patched`, contentType: STRATEGIC, body: { metadata: { labels: { l: 'x' } } } },
      { method: 'PATCH', path: `${CM}/patched`, contentType: MERGE, body: { data: { a: 5 } }, ignore: ['message', 'details.causes'] },
      { method: 'PATCH', path: `${CM}/patched`, contentType: MERGE, body: { metadata: { name: 'other' } } },
      { method: 'PATCH', path: `${CM}/patched`, contentType: MERGE, body: { metadata: { resourceVersion: '1' } } },
      { method: 'PATCH', path: `${CM}/none`, contentType: MERGE, body: {} },
      { method: 'PATCH', path: `${CM}/patched`, contentType: 'application/json', body: {} },
      { method: 'PATCH', path: `${CM}/patched`, contentType: MERGE, body: '{' },
      { method: 'DELETE', path: `${CM}/patched` },
    ],
  },
  {
    name: 'server-side apply',
    calls: [
      { method: 'PATCH', path: `${CM}/applied?fieldManager=m1`, contentType: APPLY, body: configMap('applied', { a: '1', b: '1' }) },
      { method: 'PATCH', path: `${CM}/applied?fieldManager=m2`, contentType: APPLY, body: configMap('applied', { a: '2' }) },
      { method: 'PATCH', path: `${CM}/applied?fieldManager=m2&force=true`, contentType: APPLY, body: configMap('applied', { a: '2' }) },
      { method: 'PATCH', path: `${CM}/applied?fieldManager=m1`, contentType: APPLY, body: configMap('applied', { b: '1' }) },
      { method: 'PATCH', path: `${CM}/applied?fieldManager=m1`, contentType: APPLY, body: configMap('applied', {}) },
      { method: 'PATCH', path: `${CM}/applied`, contentType: APPLY, body: configMap('applied') },
      { method: 'PATCH', path: `${CM}/applied?fieldManager=m1`, contentType: APPLY, body: configMap('different', { b: '1' }) },
      {
        method: 'PATCH',
        path: `${CM}/applied?fieldManager=m1`,
        contentType: APPLY,
        body: configMap('applied', {}, { managedFields: [{ manager: 'x' }] }),
      },
      {
        method: 'PATCH',
        path: `${CM}/applied?fieldManager=m1`,
        contentType: APPLY,
        body: { ...configMap('applied', { b: '1' }), unknown: 1 },
      },
      { method: 'PUT', path: `${CM}/applied?fieldManager=m3`, body: configMap('applied', { z: '1' }) },
      { method: 'DELETE', path: `${CM}/applied` },
    ],
  },
  {
    name: 'selectors, lists and tables',
    setup: [
      create('l1', { k: 'v' }, { labels: { app: 'a', tier: '1' } }),
      create('l2', { k: 'v' }, { labels: { app: 'b', tier: '2' } }),
      create('l3', { k: 'v' }, { labels: { tier: '3' } }),
    ],
    calls: [
      ...['app=a', 'app!=a', 'app in (a,b)', 'app notin (a)', '!app', 'tier>1', 'app', 'app==b,tier=2'].map((s) => ({
        path: `${CM}?fieldSelector=metadata.name!%3Dkube-root-ca.crt&labelSelector=${encodeURIComponent(s)}`,
      })),
      ...['app in', 'a=b=c', 'app in (a', '=x', 'app=!', 'bad key=1', 'tier>x'].map((s) => ({
        path: `${CM}?labelSelector=${encodeURIComponent(s)}`,
      })),
      ...[
        'metadata.name=l1',
        'metadata.name!=l1,metadata.namespace=diff,metadata.name!=kube-root-ca.crt',
        'spec.foo=1',
        'metadata.name',
      ].map((s) => ({
        path: `${CM}?fieldSelector=${encodeURIComponent(s)}`,
      })),
      { path: `/api/v1/namespaces/diff/pods?fieldSelector=spec.foo%3D1` },
      { path: `${CM}?limit=1&labelSelector=app` },
      { path: `${CM}?limit=x` },
      // Go's JSON decoder has its own words.
      { path: `${CM}?continue=nonsense`, ignore: ['message'] },
      { path: `${CM}?resourceVersion=x` },
      { path: `${CM}?resourceVersionMatch=Exact` },
      { path: `${CM}?labelSelector=app`, accept: TABLE },
      { path: `${CM}/l1`, accept: TABLE },
      { path: `${CM}/l1`, accept: PARTIAL },
      { path: `${CM}?labelSelector=app`, accept: PARTIAL_LIST },
      { path: `${CM}/none`, accept: TABLE },
      { method: 'DELETE', path: `${CM}?labelSelector=tier` },
      { path: `${CM}?labelSelector=tier` },
    ],
  },
  {
    name: 'finalizers',
    setup: [create('held', { k: 'v' }, { finalizers: ['example.com/hold'] })],
    calls: [
      { method: 'DELETE', path: `${CM}/held` },
      create('held'),
      {
        method: 'PATCH',
        path: `${CM}/held`,
        contentType: MERGE,
        body: { metadata: { finalizers: ['example.com/hold', 'example.com/more'] } },
      },
      { method: 'PATCH', path: `${CM}/held`, contentType: MERGE, body: { metadata: { finalizers: null } } },
      { path: `${CM}/held` },
    ],
  },
  {
    name: 'namespaces',
    calls: [
      { method: 'POST', path: '/api/v1/namespaces/absent/configmaps', body: configMap('x') },
      { path: '/api/v1/namespaces/absent/configmaps' },
      { path: '/api/v1/namespaces/absent' },
      { method: 'POST', path: '/api/v1/namespaces', body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'Bad' } } },
      {
        method: 'POST',
        path: '/api/v1/namespaces?dryRun=All',
        body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'dry' } },
        ignore: ['metadata.managedFields'],
      },
      { method: 'DELETE', path: '/api/v1/namespaces/default?dryRun=All' },
      { method: 'DELETE', path: '/api/v1/namespaces/kube-system?dryRun=All' },
    ],
  },
  {
    name: 'users and rights',
    setup: [
      role('reader', [{ apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'list'] }]),
      {
        method: 'POST',
        path: '/apis/rbac.authorization.k8s.io/v1/namespaces/diff/rolebindings',
        body: {
          apiVersion: 'rbac.authorization.k8s.io/v1',
          kind: 'RoleBinding',
          metadata: { name: 'reader' },
          roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'reader' },
          subjects: [{ kind: 'User', name: 'dev', apiGroup: 'rbac.authorization.k8s.io' }],
        },
      },
    ],
    calls: [
      { path: `${CM}/none`, as: 'dev' },
      { path: `/api/v1/namespaces/default/configmaps`, as: 'dev' },
      { path: `/api/v1/configmaps`, as: 'dev' },
      { path: `/api/v1/namespaces/diff/secrets/x`, as: 'dev' },
      { path: `/apis/apps/v1/namespaces/diff/deployments/x/scale`, as: 'dev' },
      { method: 'DELETE', path: CM, as: 'dev' },
      { method: 'POST', path: CM, body: configMap('x'), as: 'dev' },
      { path: '/metrics', as: 'dev' },
      { path: '/api', as: 'dev', ignore: ['serverAddressByClientCIDRs'] },
      { ...role('wide', [{ apiGroups: [''], resources: ['secrets'], verbs: ['*'] }]), as: 'dev' },
      { path: '/api/v1/namespaces/none', as: 'dev' },
      {
        method: 'POST',
        path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
        body: {
          apiVersion: 'authorization.k8s.io/v1',
          kind: 'SelfSubjectAccessReview',
          spec: { resourceAttributes: { namespace: 'diff', verb: 'list', resource: 'configmaps' } },
        },
        as: 'dev,system:authenticated',
        // Nobody owns the fields of an answer that is not stored.
        ignore: ['metadata.managedFields'],
      },
      {
        method: 'POST',
        path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
        body: {
          apiVersion: 'authorization.k8s.io/v1',
          kind: 'SelfSubjectAccessReview',
          spec: { resourceAttributes: { namespace: 'diff', verb: 'delete', resource: 'configmaps' } },
        },
        as: 'dev,system:authenticated',
        ignore: ['metadata.managedFields'],
      },
      {
        method: 'POST',
        path: '/apis/authentication.k8s.io/v1/selfsubjectreviews',
        body: { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' },
        as: 'dev,devs,system:authenticated',
      },
      {
        method: 'POST',
        path: '/apis/authorization.k8s.io/v1/namespaces/diff/localsubjectaccessreviews',
        body: {
          apiVersion: 'authorization.k8s.io/v1',
          kind: 'LocalSubjectAccessReview',
          metadata: { namespace: 'diff' },
          spec: { user: 'dev', resourceAttributes: { namespace: 'diff', verb: 'get', resource: 'configmaps' } },
        },
        ignore: ['metadata.managedFields'],
      },
      { method: 'DELETE', path: '/apis/rbac.authorization.k8s.io/v1/namespaces/diff/rolebindings/reader' },
      { method: 'DELETE', path: '/apis/rbac.authorization.k8s.io/v1/namespaces/diff/roles/reader' },
    ],
  },
  {
    name: 'custom resources',
    setup: [
      { method: 'POST', path: DEFINITIONS, body: widgetDefinition },
      { path: widgets, until: ({ status }) => status === 200 },
    ],
    calls: [
      { method: 'POST', path: DEFINITIONS, body: widgetDefinition },
      { method: 'POST', path: widgets, body: widget('w', { size: 3, unknown: 1 }) },
      { method: 'POST', path: `${widgets}?fieldValidation=Strict`, body: widget('strict', { size: 3, unknown: 1 }) },
      { method: 'POST', path: widgets, body: widget('bad', { size: 12 }) },
      { method: 'POST', path: widgets, body: widget('bad', { size: 1, color: 'green' }) },
      { method: 'POST', path: widgets, body: widget('bad', { size: 'x' }) },
      { method: 'POST', path: widgets, body: widget('bad', {}) },
      { path: `${widgets}/w`, accept: TABLE },
      { path: `${widgets}/w/scale` },
      { method: 'PATCH', path: `${widgets}/w/scale`, contentType: MERGE, body: { spec: { replicas: 5 } } },
      { method: 'PUT', path: `${widgets}/w/status`, body: { ...widget('w', { size: 8 }), status: { replicas: 4, phase: 'Up' } } },
      // The entry of a scale has no time in Kubernetes, and one here.
      {
        method: 'PATCH',
        path: `${widgets}/w`,
        contentType: MERGE,
        body: { spec: { size: 4 }, status: { phase: 'ignored' } },
        ignore: ['metadata.managedFields'],
      },
      { method: 'PATCH', path: `${widgets}/w`, contentType: STRATEGIC, body: { spec: { size: 4 } } },
      { method: 'PATCH', path: `${widgets}/w?fieldManager=m`, contentType: APPLY, body: widget('w', { size: 5 }) },
      {
        method: 'PATCH',
        path: `${widgets}/w?fieldManager=m&force=true`,
        contentType: APPLY,
        body: widget('w', { size: 5, color: 'red' }),
        ignore: ['metadata.managedFields'],
      },
      { path: `${widgets}/none` },
      { path: '/apis/diff.tidegate.dev/v1' },
      { method: 'DELETE', path: `${widgets}/w` },
    ],
  },
  {
    name: 'workloads',
    calls: [
      {
        method: 'POST',
        path: '/apis/apps/v1/namespaces/diff/deployments',
        body: {
          apiVersion: 'apps/v1',
          kind: 'Deployment',
          metadata: { name: 'd' },
          spec: {
            replicas: -1,
            selector: { matchLabels: { a: 'b' } },
            template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'x', image: 'i' }] } },
          },
        },
      },
      {
        method: 'POST',
        path: '/apis/apps/v1/namespaces/diff/deployments?dryRun=All',
        body: {
          apiVersion: 'apps/v1',
          kind: 'Deployment',
          metadata: { name: 'd' },
          spec: {
            selector: { matchLabels: { a: 'b' } },
            template: { metadata: { labels: { a: 'c' } }, spec: { containers: [{ name: 'x', image: 'i' }] } },
          },
        },
      },
      {
        method: 'POST',
        path: '/apis/apps/v1/namespaces/diff/deployments?dryRun=All',
        body: {
          apiVersion: 'apps/v1',
          kind: 'Deployment',
          metadata: { name: 'd' },
          spec: {
            selector: { matchLabels: { a: 'b' } },
            template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'x', image: 'i' }] } },
          },
        },
      },
      {
        method: 'POST',
        path: '/apis/apps/v1/namespaces/diff/deployments?dryRun=All',
        body: { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'd' }, spec: { replicas: 'x' } },
      },
      { path: '/apis/apps/v1/namespaces/diff/deployments/none/scale' },
      {
        method: 'POST',
        path: `${NS}/services?dryRun=All`,
        body: { apiVersion: 'v1', kind: 'Service', metadata: { name: '1bad' }, spec: { ports: [] } },
      },
      { path: `${NS}/pods/none/log` },
      { path: '/apis/apps/v1/namespaces/diff/deployments', accept: TABLE },
    ],
  },
  {
    name: 'watch',
    setup: [create('watched')],
    calls: [
      { path: `${CM}?watch=true&timeoutSeconds=1&fieldSelector=metadata.name%3Dwatched` },
      {
        path: `${CM}?watch=true&timeoutSeconds=1&fieldSelector=metadata.name%3Dwatched&sendInitialEvents=true&allowWatchBookmarks=true&resourceVersionMatch=NotOlderThan`,
      },
      { path: `${CM}?watch=true&timeoutSeconds=1&sendInitialEvents=true` },
      { path: `${CM}?watch=true&timeoutSeconds=1&resourceVersion=x` },
      { path: `${CM}?watch=true&timeoutSeconds=1&labelSelector=a%3Db%3Dc` },
      { path: `/api/v1/namespaces/diff/things?watch=true` },
      { method: 'DELETE', path: `${CM}/watched` },
    ],
  },
  {
    name: 'kubectl from client-side to server-side apply',
    calls: [
      create('last', { a: '1', b: '1' }, { annotations: { [LAST_APPLIED]: lastApplied({ a: '1', b: '1' }) } }),
      { method: 'PATCH', path: `${CM}/last?fieldManager=other`, contentType: MERGE, body: { data: { c: '1' } } },
      { method: 'PATCH', path: `${CM}/last?fieldManager=kubectl`, contentType: APPLY, body: configMap('last', { a: '2', b: '1' }) },
      { method: 'PATCH', path: `${CM}/last?fieldManager=kubectl`, contentType: APPLY, body: configMap('last', { a: '2', c: '2' }) },
      { method: 'PATCH', path: `${CM}/last?fieldManager=third`, contentType: APPLY, body: configMap('last', { a: '3' }) },
      { method: 'PATCH', path: `${CM}/last?fieldManager=kubectl&force=true`, contentType: APPLY, body: configMap('last', { c: '2' }) },
    ],
  },
  {
    name: 'values that say nothing',
    calls: [
      {
        method: 'POST',
        path: DEPLOYMENTS,
        body: {
          apiVersion: 'apps/v1',
          kind: 'Deployment',
          metadata: { name: 'nothing', labels: {} },
          spec: {
            paused: false,
            minReadySeconds: 0,
            replicas: 0,
            selector: { matchLabels: { app: 'nothing' } },
            template: {
              metadata: { labels: { app: 'nothing' } },
              spec: {
                hostNetwork: false,
                nodeName: '',
                containers: [
                  {
                    name: 'c',
                    image: 'i:1',
                    tty: false,
                    stdin: false,
                    env: [{ name: 'E', value: '' }],
                    ports: [{ containerPort: 80, hostPort: 0, name: '' }],
                  },
                ],
              },
            },
          },
        },
        ignore: ['status'],
      },
      {
        method: 'PATCH',
        path: `${DEPLOYMENTS}/nothing`,
        contentType: MERGE,
        body: { spec: { paused: false } },
        ignore: ['status', 'metadata.annotations'],
      },
      { method: 'PATCH', path: `${DEPLOYMENTS}/nothing`, contentType: STRATEGIC, body: { spec: { replicas: 'x' } } },
      {
        method: 'PATCH',
        path: `${DEPLOYMENTS}/nothing`,
        contentType: STRATEGIC,
        body: { spec: { paused: 'x', template: { spec: { hostNetwork: 3 } } } },
      },
      { method: 'PATCH', path: `${DEPLOYMENTS}/nothing`, contentType: STRATEGIC, body: { spec: { selector: 'x' } } },
      { method: 'PATCH', path: `${DEPLOYMENTS}/nothing`, contentType: STRATEGIC, body: { metadata: { labels: { a: 1 } } } },
      {
        method: 'PATCH',
        path: `${DEPLOYMENTS}/nothing`,
        contentType: STRATEGIC,
        body: { spec: { template: { spec: { containers: 'x' } } } },
      },
    ],
  },
  ...quotaScenarios,
  ...ruleScenarios,
  ...policyScenarios,
  ...discoveryScenarios,
  ...identityScenarios,
  ...resourceScenarios,
  ...operatorScenarios,
  ...podScenarios,
  ...autoscalerScenarios,
];

export const beforeAllScenarios: RawCall[] = [
  { method: 'POST', path: '/api/v1/namespaces', body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'diff' } } },
];
export const afterAllScenarios: RawCall[] = [
  { method: 'DELETE', path: `${DEFINITIONS}/widgets.diff.tidegate.dev` },
  { method: 'DELETE', path: '/api/v1/namespaces/diff' },
];
