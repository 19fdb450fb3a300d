import { gatewayApiRouter } from '@tidegate/traffic-router';
import { describeFinding } from './finding.js';
import { reviewStrategy } from './review-strategy.js';

function warningsAt(requestsPerSecond: number | undefined, tolerance: number, maximumDuration = '30m'): string[] {
  const service = { metadata: { name: 'reviews' }, spec: { selector: { app: 'reviews' }, ports: [{ port: 80 }] } };
  const analysis = { tolerance: { errorRate: tolerance }, maximumDuration };
  return reviewStrategy({
    strategy: {
      metadata: { name: 'reviews', namespace: 'shop' },
      spec: {
        service: 'reviews',
        principal: 'v1',
        candidate: 'v2',
        candidatePatch: { image: 'x' },
        steps: [{ weight: 5 }, { weight: 50 }],
        analysis,
      },
    },
    service,
    otherStrategies: [],
    versions: new Map([
      [
        'v1',
        {
          version: 'v1',
          ready: 1,
          pods: 1,
          workload: { kind: 'Deployment', name: 'reviews-v1', uid: 'u', replicas: 1, templateHash: '', owned: false, object: {} },
        },
      ],
    ]),
    hosts: [],
    router: gatewayApiRouter,
    ...(requestsPerSecond === undefined ? {} : { traffic: { requestsPerSecond, failedShare: 0.001 } }),
  }).map(describeFinding);
}

it.each([
  ['enough traffic', 50, 0.5, 0],
  ['no traffic seen yet', undefined, 0.1, 0],
  ['too little for a tight tolerance', 1, 0.5, 1],
])('%s', (_, rate, tolerance, warnings) => {
  expect(warningsAt(rate, tolerance)).toHaveLength(warnings);
});

it('names the tolerance that would fit', () => {
  const [said] = warningsAt(1, 0.5);
  expect(said).toContain('spec.analysis.tolerance.errorRate (0.5)');
  expect(said).toMatch(/at 1 requests\/s, step 2 \(50 %\) takes about \S+/);
  expect(said).toMatch(/A tolerance of (1|2) points would fit/);
  const wider = Number(/tolerance of (\d+)/.exec(said ?? '')?.[1]);
  expect(warningsAt(1, wider)).toEqual([]);
});

it('says when there is not enough traffic to compare at all', () => {
  expect(warningsAt(0.01, 0.5, '2m')[0]).toContain('There is not enough traffic to compare');
});
