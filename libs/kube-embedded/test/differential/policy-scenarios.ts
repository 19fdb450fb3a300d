import type { RawCall } from './raw-call.js';
import type { Scenario } from './scenarios.js';

const GROUP = '/apis/admissionregistration.k8s.io/v1';
const POLICIES = `${GROUP}/validatingadmissionpolicies`;
const BINDINGS = `${GROUP}/validatingadmissionpolicybindings`;
const NS = '/api/v1/namespaces/diff';
const MERGE = 'application/merge-patch+json';

const configMapRules = {
  resourceRules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE', 'UPDATE'], resources: ['configmaps'] }],
  objectSelector: { matchLabels: { judged: 'yes' } },
};
const policy = (name: string, spec: Record<string, unknown>): RawCall => ({
  method: 'POST',
  path: POLICIES,
  body: {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicy',
    metadata: { name },
    spec: { matchConstraints: configMapRules, ...spec },
  },
});
const binding = (name: string, spec: Record<string, unknown>): RawCall => ({
  method: 'POST',
  path: BINDINGS,
  body: { apiVersion: 'admissionregistration.k8s.io/v1', kind: 'ValidatingAdmissionPolicyBinding', metadata: { name }, spec },
});
const configMap = (name: string, data: Record<string, string>, labels: Record<string, string> = { judged: 'yes' }): RawCall => ({
  method: 'POST',
  path: `${NS}/configmaps`,
  body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, labels }, data },
});
/** Repeated until the policies, which are read now and then, say no. */
const heeded = (call: RawCall): RawCall => ({
  ...call,
  path: `${call.path}?dryRun=All`,
  until: ({ status }) => status !== 201,
  expects: 422,
});
const remove = (path: string): RawCall => ({ method: 'DELETE', path });

export const policyScenarios: Scenario[] = [
  {
    name: 'admission policies',
    setup: [
      policy('diff-sizes', {
        paramKind: { apiVersion: 'v1', kind: 'ConfigMap' },
        variables: [
          { name: 'data', expression: 'has(object.data) ? object.data : {}' },
          { name: 'size', expression: "'size' in variables.data ? int(variables.data['size']) : 0" },
        ],
        matchConditions: [{ name: 'not-exempt', expression: "!('exempt' in object.metadata.labels)" }],
        validations: [
          { expression: "variables.size <= int(params.data['most'])", messageExpression: "'size %d is more than %s'.format([variables.size, params.data['most']])" },
          { expression: "!('word' in variables.data) || variables.data['word'] != 'forbidden'", message: 'this word is forbidden', reason: 'Forbidden' },
          { expression: "request.operation != 'UPDATE' || object.data == oldObject.data || variables.size > 0" },
          { expression: "namespaceObject.metadata.name == 'diff'" },
          { expression: "authorizer.group('').resource('configmaps').namespace('diff').check('create').allowed()" },
        ],
      }),
      { ...configMap('limits', { most: '10' }, {}), path: `${NS}/configmaps` },
      binding('diff-sizes', {
        policyName: 'diff-sizes',
        paramRef: { name: 'limits', namespace: 'diff', parameterNotFoundAction: 'Deny' },
        validationActions: ['Deny'],
      }),
      heeded(configMap('probe', { size: '11' })),
    ],
    calls: [
      configMap('fits', { size: '10' }),
      configMap('large', { size: '11' }),
      configMap('worded', { word: 'forbidden' }),
      configMap('both', { size: '12', word: 'forbidden' }),
      configMap('broken', { size: 'x' }),
      configMap('exempt', { size: '11' }, { judged: 'yes', exempt: '1' }),
      configMap('other', { size: '11' }, {}),
      { method: 'PATCH', path: `${NS}/configmaps/fits`, contentType: MERGE, body: { data: { size: '0' } } },
      { method: 'PATCH', path: `${NS}/configmaps/fits`, contentType: MERGE, body: { data: { size: '99' } } },
      { method: 'PATCH', path: `${NS}/configmaps/fits`, contentType: MERGE, body: { metadata: { labels: { more: '1' } } } },
      remove(`${NS}/configmaps/fits`),
    ],
    after: [
      remove(`${BINDINGS}/diff-sizes`),
      remove(`${POLICIES}/diff-sizes`),
      ...['limits', 'exempt', 'other'].map((name) => remove(`${NS}/configmaps/${name}`)),
      { ...configMap('probe', { size: '11' }), path: `${NS}/configmaps?dryRun=All`, until: ({ status }) => status === 201 },
    ],
  },
  {
    name: 'admission policies that warn',
    setup: [
      policy('diff-warns', { validations: [{ expression: "!object.metadata.name.startsWith('w')", message: 'w is for warning' }] }),
      policy('diff-denies', { validations: [{ expression: "!object.metadata.name.startsWith('d')" }] }),
      binding('diff-warns', { policyName: 'diff-warns', validationActions: ['Warn', 'Audit'] }),
      binding('diff-denies', { policyName: 'diff-denies', validationActions: ['Deny'], matchResources: { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'diff' } } } }),
      heeded(configMap('denied', {})),
      { ...configMap('warned', {}), path: `${NS}/configmaps?dryRun=All`, until: ({ warnings }) => warnings.length > 0 },
    ],
    calls: [configMap('warned', {}), configMap('denied', {}), configMap('fine', {})],
    after: [
      remove(`${BINDINGS}/diff-warns`),
      remove(`${BINDINGS}/diff-denies`),
      remove(`${POLICIES}/diff-warns`),
      remove(`${POLICIES}/diff-denies`),
      ...['warned', 'fine'].map((name) => remove(`${NS}/configmaps/${name}`)),
      { ...configMap('denied', {}), path: `${NS}/configmaps?dryRun=All`, until: ({ status }) => status === 201 },
    ],
  },
  {
    name: 'admission policies that are refused',
    calls: [
      policy('diff-bad', { validations: [] }),
      policy('diff-bad', { validations: [{ expression: '' }] }),
      policy('diff-bad', { validations: [{ expression: 'object.x' }, { expression: '1' }] }),
      policy('diff-bad', { validations: [{ expression: 'nope > 1' }] }),
      policy('diff-bad', { validations: [{ expression: 'true', reason: 'Because' }] }),
      policy('diff-bad', { validations: [{ expression: 'true', message: 'two\nlines' }] }),
      policy('diff-bad', { validations: [{ expression: 'true', messageExpression: '1' }] }),
      policy('diff-bad', { validations: [{ expression: 'params.x == 1' }] }),
      policy('diff-bad', { validations: [{ expression: 'variables.x == 1' }] }),
      policy('diff-bad', { variables: [{ name: '1x', expression: 'true' }], validations: [{ expression: 'true' }] }),
      policy('diff-bad', { variables: [{ name: 'x', expression: 'true +' }], validations: [{ expression: 'true' }] }),
      policy('diff-bad', { matchConditions: [{ name: 'x', expression: '1' }], validations: [{ expression: 'true' }] }),
      policy('diff-bad', { matchConstraints: undefined, validations: [{ expression: 'true' }] }),
      policy('diff-bad', { auditAnnotations: [{ key: 'k', valueExpression: '1' }] }),
      binding('diff-bad', { policyName: '', validationActions: ['Deny'] }),
      binding('diff-bad', { policyName: 'x', validationActions: [] }),
      binding('diff-bad', { policyName: 'x', validationActions: ['Deny', 'Warn'] }),
      binding('diff-bad', { policyName: 'x', validationActions: ['Shout'] }),
      binding('diff-bad', { policyName: 'x', paramRef: { name: 'a', selector: {}, parameterNotFoundAction: 'Deny' }, validationActions: ['Deny'] }),
      binding('diff-bad', { policyName: 'x', paramRef: { parameterNotFoundAction: 'Maybe' }, validationActions: ['Deny'] }),
      {
        method: 'POST',
        path: `${GROUP}/validatingwebhookconfigurations`,
        body: {
          apiVersion: 'admissionregistration.k8s.io/v1',
          kind: 'ValidatingWebhookConfiguration',
          metadata: { name: 'diff-bad' },
          webhooks: [
            {
              name: 'a.diff.example',
              sideEffects: 'None',
              admissionReviewVersions: ['v1'],
              clientConfig: { url: 'https://127.0.0.1:1/x' },
              rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['secrets'] }],
              matchConditions: [{ name: 'bad name', expression: 'object.x' }, { name: 'c', expression: 'params == 1' }, { name: 'c', expression: '1' }],
            },
          ],
        },
      },
    ],
  },
];
