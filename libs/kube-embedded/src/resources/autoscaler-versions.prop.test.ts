import fc from 'fast-check';
import { cloneJson, isJsonObject } from '@tidegate/kube/json';
import { toAutoscalerV1, toAutoscalerV2 } from './autoscaler-versions.js';

const quantity = fc.integer({ min: 1, max: 999 }).map(String);
const identifier = fc.record({ name: fc.constantFrom('hits', 'queue') });
const value = quantity.map((text) => ({ type: 'Value', value: text }));
const average = quantity.map((text) => ({ type: 'AverageValue', averageValue: text }));
const share = fc.integer({ min: 1, max: 100 }).map((averageUtilization) => ({ type: 'Utilization', averageUtilization }));
const resource = fc.constantFrom('cpu', 'memory');
const metric = fc.oneof(
  fc.record({ name: resource, target: fc.oneof(average, share) }).map((source) => ({ type: 'Resource', resource: source })),
  fc.record({ name: resource, container: fc.constant('c'), target: fc.oneof(average, share) }).map((source) => ({ type: 'ContainerResource', containerResource: source })),
  fc.record({ metric: identifier, target: average }).map((pods) => ({ type: 'Pods', pods })),
  fc
    .record({ describedObject: fc.constant({ kind: 'Ingress', name: 'i', apiVersion: 'networking.k8s.io/v1' }), metric: identifier, target: fc.oneof(value, average) })
    .map((object) => ({ type: 'Object', object })),
  fc.record({ metric: identifier, target: fc.oneof(value, average) }).map((external) => ({ type: 'External', external })),
);
const behavior = fc.option(
  fc.record({ scaleUp: fc.record({ selectPolicy: fc.constantFrom('Max', 'Disabled'), policies: fc.array(fc.record({ type: fc.constant('Pods'), value: quantity.map(Number), periodSeconds: quantity.map(Number) }), { maxLength: 2 }) }) }),
  { nil: undefined },
);

/** v1 has a place for one metric on cpu by share: it comes last when it comes back. */
const isByCpu = (entry: unknown): boolean => JSON.stringify(entry).startsWith('{"type":"Resource","resource":{"name":"cpu","target":{"type":"Utilization"');

it('loses nothing on the way to v1 and back', () => {
  fc.assert(
    fc.property(fc.array(metric, { minLength: 1, maxLength: 6 }), behavior, (metrics, rules) => {
      const byCpu = metrics.filter(isByCpu).slice(0, 1);
      const kept = [...metrics.filter((entry) => !isByCpu(entry)), ...byCpu];
      const object: unknown = cloneJson({
        apiVersion: 'autoscaling/v2',
        kind: 'HorizontalPodAutoscaler',
        metadata: { name: 'h', annotations: { mine: 'x' } },
        spec: { scaleTargetRef: { kind: 'Deployment', name: 'd' }, maxReplicas: 3, metrics: kept, ...(rules ? { behavior: rules } : {}) },
      });
      if (!isJsonObject(object)) throw new Error('not an object');
      expect(toAutoscalerV2(toAutoscalerV1(object))).toEqual(object);
    }),
  );
});
