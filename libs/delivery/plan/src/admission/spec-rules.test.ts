import type { StrategySpecInput } from '@tidegate/delivery-contract';
import { gatewayApiRouter } from '@tidegate/traffic-router';
import { reviewStrategy, strategyDefaults } from './review-strategy.js';

function findingsOf(spec: Partial<StrategySpecInput>, hosts: { hostname: string; namespace: string; by: string }[] = []): string[] {
  const full: StrategySpecInput = { service: 'reviews', principal: 'v1', ...spec };
  return reviewStrategy({
    strategy: { metadata: { name: 'reviews', namespace: 'shop' }, spec: full },
    service: { metadata: { name: 'reviews' }, spec: { selector: { app: 'reviews' }, ports: [{ port: 80 }] } },
    otherStrategies: [],
    versions: new Map(
      ['v1', 'v2'].map((version) => [
        version,
        {
          version,
          ready: 1,
          pods: 1,
          workload: {
            kind: 'Deployment' as const,
            name: `reviews-${version}`,
            uid: 'u',
            replicas: 1,
            templateHash: '',
            owned: false,
            object: {},
          },
        },
      ]),
    ),
    hosts,
    router: gatewayApiRouter,
  }).map((f) => `${f.severity} ${f.field}`);
}

it.each<[string, Partial<StrategySpecInput>, string[]]>([
  ['nothing wrong', { candidate: 'v2', steps: [{ weight: 0.01 }, { weight: 33.33 }, { weight: 100 }] }, []],
  ['no step', { steps: [] }, ['refuse spec.steps']],
  ['equal weights', { steps: [{ weight: 5 }, { weight: 5 }] }, ['refuse spec.steps[1].weight']],
  ['nothing for the candidate', { steps: [{ weight: 0 }] }, ['refuse spec.steps[0].weight']],
  ['steps of a mirror', { type: 'Mirror', steps: [{ weight: 5 }] }, ['refuse spec.steps']],
  ['a blue-green in steps', { type: 'BlueGreen', steps: [{ weight: 5 }] }, ['refuse spec.steps']],
  ['a blue-green with a hold', { type: 'BlueGreen', steps: [{ weight: 0, hold: '1m' }] }, []],
  ['sticky by nothing', { sticky: {} }, ['refuse spec.sticky']],
  ['sticky by both', { sticky: { cookie: {}, header: { name: 'x-user' } } }, ['refuse spec.sticky']],
  ['a guardrail of nothing', { analysis: { guardrails: [{}] } }, ['refuse spec.analysis.guardrails[0]']],
  ['a patch without a candidate', { candidatePatch: { image: 'x' } }, ['refuse spec.candidatePatch']],
  ['a patch that changes nothing', { candidate: 'v3', candidatePatch: {} }, ['warn spec.candidatePatch']],
  ['the principal again', { candidate: 'v1' }, ['warn spec.candidate']],
  ['a match of everything', { match: [{}] }, ['refuse spec.match[0]']],
  ['no verdict at all', { steps: [{ weight: 5, gate: 'Time' }] }, ['warn spec.steps']],
  ['a hold longer than the verdict may take', { steps: [{ weight: 5, hold: '2h' }] }, ['refuse spec.steps[0].hold']],
  ['a copy whose name is taken', { candidate: 'V1', candidatePatch: { image: 'x' } }, []],
])('%s', (_, spec, expected) => {
  expect(findingsOf(spec)).toEqual(expected);
});

it('names the field when the structure is wrong', () => {
  const wrong = { service: 'reviews', principal: 'v1', steps: [{ weight: 500 }] };
  expect(findingsOf(wrong)).toEqual(['refuse spec.steps[0].weight']);
});

it.each([
  ['of another namespace', { hostname: 'next.example', namespace: 'other', by: 'HTTPRoute x' }, 1],
  ['under a wildcard of another namespace', { hostname: '*.example', namespace: 'other', by: 'Gateway x' }, 1],
  ['of the own namespace', { hostname: 'next.example', namespace: 'shop', by: 'HTTPRoute x' }, 0],
  ['beside it', { hostname: 'example', namespace: 'other', by: 'HTTPRoute x' }, 0],
])('a preview host %s', (_, host, refused) => {
  const preview = { host: { hostname: 'next.example', gateway: { name: 'web' } } };
  expect(findingsOf({ preview }, [host])).toHaveLength(refused);
});

it('gives a canary without steps and matches the default steps, and nobody else', () => {
  const of = (spec: Partial<StrategySpecInput>): number => strategyDefaults({ spec: { service: 's', principal: 'v1', ...spec } }).length;
  expect([of({}), of({ type: 'Mirror' }), of({ steps: [{ weight: 5 }] }), of({ match: [{ path: { value: '/' } }] })]).toEqual([1, 0, 0, 0]);
});
