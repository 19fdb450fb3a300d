import type { RawCall } from './raw-call.js';
import type { Scenario } from './scenarios.js';

const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const GROUP = 'rules.tidegate.dev';
const MERGE = 'application/merge-patch+json';

const definition = (plural: string, kind: string, spec: unknown, more: Record<string, unknown> = {}): unknown => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `${plural}.${GROUP}` },
  spec: {
    group: GROUP,
    scope: 'Namespaced',
    names: { plural, singular: kind.toLowerCase(), kind, listKind: `${kind}List` },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        subresources: { status: {} },
        schema: { openAPIV3Schema: { type: 'object', ...more, properties: { spec } } },
      },
    ],
  },
});
const rules = (...texts: (string | Record<string, unknown>)[]) => texts.map((rule) => (typeof rule === 'string' ? { rule } : rule));
const int = { type: 'integer' };
const text = { type: 'string', maxLength: 40 };

const gauges = definition(
  'gauges',
  'Gauge',
  {
    type: 'object',
    'x-kubernetes-validations': rules(
      'self.min <= self.max',
      { rule: "self.name != 'bad'", message: 'name must be good' },
      { rule: "self.name != 'worse'", messageExpression: "'name ' + self.name + ' is worse'", reason: 'FieldValueForbidden', fieldPath: '.name' },
      { rule: '!has(self.kept) || self.kept == oldSelf.kept', message: 'kept must stay' },
      { rule: "!has(self.port) || type(self.port) == string || self.port > 0", message: 'port must be positive' },
      { rule: "self.items.all(i, i.value < 10)", message: 'values must be small' },
    ),
    required: ['min', 'max'],
    properties: {
      min: int,
      max: int,
      name: { ...text, default: 'good' },
      kept: text,
      once: { ...text, 'x-kubernetes-validations': rules({ rule: 'self == oldSelf', message: 'once is immutable' }) },
      grown: {
        ...int,
        'x-kubernetes-validations': rules({
          rule: 'oldSelf.hasValue() ? self >= oldSelf.value() : self >= 1',
          optionalOldSelf: true,
          messageExpression: "oldSelf.hasValue() ? 'must be at least %d'.format([oldSelf.value()]) : 'must begin with 1'",
        }),
      },
      port: { 'x-kubernetes-int-or-string': true },
      items: {
        type: 'array',
        maxItems: 20,
        default: [],
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['key'],
        items: {
          type: 'object',
          required: ['key'],
          properties: { key: text, value: { ...int, 'x-kubernetes-validations': rules({ rule: 'self >= oldSelf', message: 'values never fall' }) } },
        },
      },
      labels: {
        type: 'object',
        maxProperties: 10,
        additionalProperties: { ...text, 'x-kubernetes-validations': rules("self.startsWith('x')") },
      },
      at: { type: 'string', format: 'date-time', 'x-kubernetes-validations': rules("self > timestamp('2020-01-01T00:00:00Z')") },
      cpu: { ...text, 'x-kubernetes-validations': rules({ rule: "quantity(self).isLessThan(quantity('2'))", message: 'too much' }) },
      'dash-ed': int,
      broken: { type: 'array', maxItems: 5, items: int, 'x-kubernetes-validations': rules('self[3] > 0') },
    },
  },
  { 'x-kubernetes-validations': rules({ rule: "self.metadata.name.startsWith('g')", message: 'names begin with g' }) },
);

const gaugesPath = `/apis/${GROUP}/v1/namespaces/diff/gauges`;
const gauge = (name: string, spec: Record<string, unknown>): RawCall => ({
  method: 'POST',
  path: gaugesPath,
  body: { apiVersion: `${GROUP}/v1`, kind: 'Gauge', metadata: { name }, spec: { min: 1, max: 2, ...spec } },
});
const change = (name: string, spec: Record<string, unknown>): RawCall => ({
  method: 'PATCH',
  path: `${gaugesPath}/${name}`,
  contentType: MERGE,
  body: { spec },
});
/** A definition with one property `x`, refused for its rule. */
const refused = (schema: Record<string, unknown>): RawCall => ({
  method: 'POST',
  path: DEFINITIONS,
  body: definition('refused', 'Refused', { type: 'object', properties: { x: { type: 'integer' }, name: text }, ...schema }),
});
const withRule = (...texts: (string | Record<string, unknown>)[]): RawCall => refused({ 'x-kubernetes-validations': rules(...texts) });

export const ruleScenarios: Scenario[] = [
  {
    name: 'rules of custom resources',
    setup: [
      { method: 'POST', path: DEFINITIONS, body: gauges },
      { path: gaugesPath, until: ({ status }) => status === 200 },
    ],
    calls: [
      gauge('good', {}),
      gauge('bad', {}),
      gauge('g1', { min: 5 }),
      gauge('g1', { name: 'bad' }),
      gauge('g1', { name: 'worse' }),
      gauge('g1', { port: 0 }),
      gauge('g1', { port: 'web' }),
      gauge('g2', { items: [{ key: 'a', value: 12 }] }),
      gauge('g2', { labels: { a: 'xa', b: 'yb' } }),
      gauge('g2', { at: '2019-01-01T00:00:00Z' }),
      gauge('g2', { cpu: '2500m' }),
      gauge('g2', { cpu: 'much' }),
      gauge('g2', { broken: [1, 2] }),
      gauge('g2', { grown: 0 }),
      gauge('g2', { min: 'x' }),
      gauge('g3', { once: 'a', kept: 'k', grown: 3, items: [{ key: 'a', value: 1 }, { key: 'b', value: 5 }] }),
      change('g3', { once: 'b' }),
      change('g3', { kept: 'l' }),
      change('g3', { grown: 2 }),
      change('g3', { grown: 4 }),
      change('g3', { items: [{ key: 'b', value: 6 }, { key: 'a', value: 0 }] }),
      change('g3', { items: [{ key: 'c', value: 0 }, { key: 'b', value: 6 }] }),
      change('g3', { once: null }),
    ],
    after: [{ method: 'DELETE', path: `${DEFINITIONS}/gauges.${GROUP}` }],
  },
  {
    name: 'rules that do not hold any more',
    setup: [
      {
        method: 'POST',
        path: DEFINITIONS,
        body: definition('ratchets', 'Ratchet', {
          type: 'object',
          properties: { a: { type: 'string' }, b: { type: 'string' }, n: int, nested: { type: 'object', properties: { c: { type: 'string' }, d: { type: 'string' } } } },
        }),
      },
      { path: `/apis/${GROUP}/v1/namespaces/diff/ratchets`, until: ({ status }) => status === 200 },
      {
        method: 'POST',
        path: `/apis/${GROUP}/v1/namespaces/diff/ratchets`,
        body: { apiVersion: `${GROUP}/v1`, kind: 'Ratchet', metadata: { name: 'r' }, spec: { a: 'old', b: 'long text', n: 7, nested: { c: 'x', d: 'y' } } },
      },
      {
        method: 'PATCH',
        path: `${DEFINITIONS}/ratchets.${GROUP}`,
        contentType: 'application/json-patch+json',
        body: [
          {
            op: 'replace',
            path: '/spec/versions/0/schema/openAPIV3Schema/properties/spec',
            value: {
              type: 'object',
              properties: {
                a: { type: 'string', 'x-kubernetes-validations': rules("self == 'new'") },
                b: { type: 'string', maxLength: 4 },
                n: { type: 'integer', maximum: 5 },
                nested: {
                  type: 'object',
                  required: ['e'],
                  'x-kubernetes-validations': rules("self.c == 'z'"),
                  properties: { c: { type: 'string' }, d: { type: 'string' }, e: { type: 'string' } },
                },
              },
            },
          },
        ],
      },
      {
        method: 'POST',
        path: `/apis/${GROUP}/v1/namespaces/diff/ratchets?dryRun=All`,
        body: { apiVersion: `${GROUP}/v1`, kind: 'Ratchet', metadata: { name: 'later' }, spec: { a: 'other' } },
        until: ({ status }) => status === 422,
        expects: 422,
      },
    ],
    calls: [
      { method: 'PATCH', path: `/apis/${GROUP}/v1/namespaces/diff/ratchets/r`, contentType: MERGE, body: { metadata: { labels: { a: 'b' } } } },
      { method: 'PATCH', path: `/apis/${GROUP}/v1/namespaces/diff/ratchets/r`, contentType: MERGE, body: { spec: { a: 'newer' } } },
      { method: 'PATCH', path: `/apis/${GROUP}/v1/namespaces/diff/ratchets/r`, contentType: MERGE, body: { spec: { n: 8 } } },
      { method: 'PATCH', path: `/apis/${GROUP}/v1/namespaces/diff/ratchets/r`, contentType: MERGE, body: { spec: { nested: { d: 'other' } } } },
      { method: 'PATCH', path: `/apis/${GROUP}/v1/namespaces/diff/ratchets/r`, contentType: MERGE, body: { spec: { b: 'fine' } } },
    ],
    after: [{ method: 'DELETE', path: `${DEFINITIONS}/ratchets.${GROUP}` }],
  },
  {
    name: 'definitions with rules that are refused',
    calls: [
      withRule('self.y > 1'),
      withRule('self.x'),
      withRule("self.x == 'a'"),
      withRule('self.x =='),
      withRule(''),
      withRule('nope(self.x)'),
      withRule({ rule: 'self.x > 0', message: 'two\nlines' }),
      withRule({ rule: 'self.x > 0', messageExpression: 'self.x' }),
      withRule({ rule: 'self.x > 0', messageExpression: 'self.nope' }),
      withRule({ rule: 'self.x > 0', reason: 'Because' }),
      withRule({ rule: 'self.x > 0', fieldPath: '.nope' }),
      withRule({ rule: 'self.x > 0', fieldPath: 'x' }),
      withRule({ rule: 'self.x > 0', optionalOldSelf: true }),
      refused({
        properties: {
          list: {
            type: 'array',
            items: { type: 'object', properties: { x: { type: 'integer', 'x-kubernetes-validations': rules('self == oldSelf') } } },
          },
        },
      }),
      refused({ properties: { list: { type: 'array', items: { type: 'string' }, 'x-kubernetes-validations': rules("self.all(a, self.all(b, a == b || a.contains(b)))") } } }),
    ],
  },
];
