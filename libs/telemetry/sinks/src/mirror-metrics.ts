import type { Metric, MetricFamily } from '@tidegate/envoy-protos';
import type { MirrorDelta } from '@tidegate/telemetry-series';

const CLUSTER_LABEL = 'envoy.cluster_name';
const CLASS_LABEL = 'envoy.response_code_class';
const DROPPED = 'access_logs.grpc_access_log.logs_dropped';

/** What one flush of Envoy's metrics service says about mirrored requests, by cluster, and about dropped log entries. */
export interface MetricsFlush {
  mirrors: Map<string, { delta: MirrorDelta; atMs: number }>;
  dropped: number;
}

/** Reads a flush whose counters are deltas and whose histograms are of the interval. */
export function readMetrics(families: readonly MetricFamily[]): MetricsFlush {
  const mirrors: MetricsFlush['mirrors'] = new Map();
  let dropped = 0;
  for (const family of families) {
    if (family.name === DROPPED) dropped += family.metric.reduce((sum, metric) => sum + (metric.counter?.value ?? 0), 0);
    if (family.name !== 'cluster.upstream_rq_xx' && family.name !== 'cluster.upstream_rq_time') continue;
    for (const metric of family.metric) {
      const cluster = labelOf(metric, CLUSTER_LABEL);
      if (!cluster?.startsWith('mirror/')) continue;
      const known = mirrors.get(cluster) ?? { delta: { classes: [0, 0, 0, 0, 0], buckets: [] }, atMs: metric.timestamp_ms };
      mirrors.set(cluster, { delta: added(known.delta, metric), atMs: Math.max(known.atMs, metric.timestamp_ms) });
    }
  }
  return { mirrors, dropped };
}

function added(delta: MirrorDelta, metric: Metric): MirrorDelta {
  if (metric.histogram) return { ...delta, buckets: [...delta.buckets, ...bucketsOf(metric.histogram)] };
  const classAt = Number(labelOf(metric, CLASS_LABEL)) - 1;
  return { ...delta, classes: delta.classes.map((n, i) => (i === classAt ? n + (metric.counter?.value ?? 0) : n)) };
}

/** Cumulative buckets as counts per bucket; what lies above the last bound counts as infinitely slow. */
function bucketsOf(histogram: NonNullable<Metric['histogram']>): { upperMs: number; count: number }[] {
  const buckets: { upperMs: number; count: number }[] = [];
  let before = 0;
  for (const { upper_bound: upperMs, cumulative_count: cumulative } of histogram.bucket) {
    if (cumulative > before) buckets.push({ upperMs, count: cumulative - before });
    before = Math.max(before, cumulative);
  }
  if (histogram.sample_count > before) buckets.push({ upperMs: Infinity, count: histogram.sample_count - before });
  return buckets;
}

function labelOf(metric: Metric, name: string): string | undefined {
  return metric.label.find((label) => label.name === name)?.value;
}
