import { COUNTER, HISTOGRAM, type Metric, type MetricFamily } from '@tidegate/envoy-protos';
import { readMetrics } from './mirror-metrics.js';

const cluster = 'mirror/shop/reviews/v2/weighted';
const label = (name: string, value: string): { name: string; value: string } => ({ name, value });

function family(name: string, type: number, metrics: Partial<Metric>[]): MetricFamily {
  return {
    name,
    type,
    metric: metrics.map((metric) => ({ label: [label('envoy.cluster_name', cluster)], timestamp_ms: 5_000, ...metric })),
  };
}

it('reads classes and times of mirror clusters only', () => {
  const classLabel = (value: string, of = cluster) => [label('envoy.response_code_class', value), label('envoy.cluster_name', of)];
  const flush = readMetrics([
    family('cluster.upstream_rq_xx', COUNTER, [
      { label: classLabel('2'), counter: { value: 7 } },
      { label: classLabel('5'), counter: { value: 2 } },
      { label: classLabel('2', 'shop/reviews/v2/weighted'), counter: { value: 99 } },
    ]),
    family('cluster.upstream_rq_time', HISTOGRAM, [
      {
        histogram: {
          sample_count: 9,
          sample_sum: 0,
          bucket: [
            { upper_bound: 10, cumulative_count: 4 },
            { upper_bound: 20, cumulative_count: 4 },
            { upper_bound: 60_000, cumulative_count: 8 },
          ],
        },
      },
    ]),
  ]);
  expect([...flush.mirrors]).toEqual([
    [
      cluster,
      {
        atMs: 5_000,
        delta: {
          classes: [0, 7, 0, 0, 2],
          buckets: [
            { upperMs: 10, count: 4 },
            { upperMs: 60_000, count: 4 },
            { upperMs: Infinity, count: 1 },
          ],
        },
      },
    ],
  ]);
  expect(flush.dropped).toBe(0);
});

it('reads how many log entries were dropped', () => {
  const families = [family('access_logs.grpc_access_log.logs_dropped', COUNTER, [{ label: [], counter: { value: 12 } }])];
  expect(readMetrics(families).dropped).toBe(12);
});
