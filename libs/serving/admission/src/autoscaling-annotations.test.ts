import { complaints, configured, service } from '../test/objects.js';

const A = 'spec.template.metadata.annotations';
const K = 'autoscaling.knative.dev';

/** What is said about a template with these annotations of the autoscaler. */
function said(annotations: Record<string, string>, autoscaler: Record<string, string> = {}): string[] {
  const prefixed = Object.fromEntries(Object.entries(annotations).map(([key, value]) => [`${K}/${key}`, value]));
  return complaints(
    'Service',
    service({}, { template: { annotations: prefixed } }),
    undefined,
    configured({ 'config-autoscaler': autoscaler }),
  );
}

it.each<{ name: string; annotations: Record<string, string>; says: string[] }>([
  { name: 'class of Knative', annotations: { class: `kpa.${K}` }, says: [] },
  { name: 'class of somebody else', annotations: { class: 'example.com/mine' }, says: [] },
  { name: 'class that Knative has not', annotations: { class: `vpa.${K}` }, says: [`invalid value: vpa.${K}: ${A}.${K}/class`] },
  { name: 'bounds', annotations: { 'min-scale': '1', 'max-scale': '5' }, says: [] },
  {
    name: 'bounds in the older spelling',
    annotations: { minScale: '6', maxScale: '5' },
    says: [`max-scale=5 is less than min-scale=6: ${A}.${K}/max-scale, ${A}.${K}/min-scale`],
  },
  { name: 'no upper bound', annotations: { 'min-scale': '6', 'max-scale': '0' }, says: [] },
  { name: 'bound below nothing', annotations: { 'min-scale': '-1' }, says: [`expected 0 <= -1 <= 2147483647: ${A}.${K}/min-scale`] },
  {
    name: 'bound too large to count to',
    annotations: { 'max-scale': '3000000000' },
    says: [`expected 0 <= 3000000000 <= 2147483647: ${A}.${K}/max-scale`],
  },
  { name: 'bound that is no number', annotations: { 'max-scale': 'many' }, says: [`invalid value: many: ${A}.${K}/max-scale`] },
  {
    name: 'first scale below nothing',
    annotations: { 'initial-scale': '-1' },
    says: [`invalid value: -1: ${A}.${K}/initial-scale must be greater than 0`],
  },
  {
    name: 'first scale of nothing',
    annotations: { 'initial-scale': '0' },
    says: [`invalid value: 0: ${A}.${K}/initial-scale=0 not allowed by cluster`],
  },
  {
    name: 'activation scale of one',
    annotations: { 'activation-scale': '1' },
    says: [`activation-scale=1 must be greater than 1: ${A}.${K}/activation-scale`],
  },
  {
    name: 'activation scale above the most',
    annotations: { 'activation-scale': '9', 'max-scale': '3' },
    says: [`max-scale=3 is less than activation-scale=9: ${A}.${K}/activation-scale`],
  },
  {
    name: 'activation scale below the least',
    annotations: { 'activation-scale': '2', 'min-scale': '3' },
    says: [`min-scale=3 is greater than activation-scale=2: ${A}.${K}/activation-scale`],
  },
  { name: 'target', annotations: { target: '0.01' }, says: [] },
  { name: 'target of next to nothing', annotations: { target: '0.001' }, says: [`target 0.001 should be at least 0.01: ${A}.${K}/target`] },
  {
    name: 'utilization above all',
    annotations: { 'target-utilization-percentage': '101' },
    says: [`expected 1 <= 101 <= 100: ${A}.${K}/target-utilization-percentage`],
  },
  { name: 'burst capacity without end', annotations: { 'target-burst-capacity': '-1' }, says: [] },
  {
    name: 'burst capacity below nothing',
    annotations: { 'target-burst-capacity': '-2' },
    says: [`invalid value: -2: ${A}.${K}/target-burst-capacity`],
  },
  { name: 'window', annotations: { window: '1m' }, says: [] },
  { name: 'window that is too short', annotations: { window: '5s' }, says: [`expected 6s <= 5s <= 1h0m0s: ${A}.${K}/window`] },
  {
    name: 'window of a part of a second',
    annotations: { window: '7500ms' },
    says: [`must be specified with at most second precision: ${A}.${K}/window`],
  },
  { name: 'window without a unit', annotations: { window: '10' }, says: [`invalid value: 10: ${A}.${K}/window`] },
  {
    name: 'retention above an hour',
    annotations: { 'scale-to-zero-pod-retention-period': '2h' },
    says: [`expected 0s <= 2h <= 1h0m0s: ${A}.${K}/scale-to-zero-pod-retention-period`],
  },
  {
    name: 'delay of a part of a second',
    annotations: { 'scale-down-delay': '1500ms' },
    says: [`must be specified with at most second precision: ${A}.${K}/scale-down-delay`],
  },
  {
    name: 'panic window',
    annotations: { 'panic-window-percentage': '0.5' },
    says: [`expected 1 <= 0.5 <= 100: ${A}.${K}/panic-window-percentage`],
  },
  {
    name: 'panic threshold',
    annotations: { panicThresholdPercentage: '109' },
    says: [`expected 110 <= 109 <= 1000: ${A}.${K}/panicThresholdPercentage`],
  },
  { name: 'metric', annotations: { metric: 'rps' }, says: [] },
  { name: 'metric of the other class', annotations: { metric: 'cpu' }, says: [`invalid value: cpu: ${A}.${K}/metric`] },
  { name: 'metric of that class', annotations: { class: `hpa.${K}`, metric: 'cpu' }, says: [] },
  { name: 'empty metric of that class', annotations: { class: `hpa.${K}`, metric: '' }, says: [`invalid value: : ${A}.${K}/metric`] },
  { name: 'aggregation', annotations: { class: `kpa.${K}`, 'metric-aggregation-algorithm': 'weighted-exponential' }, says: [] },
  {
    name: 'aggregation that there is not',
    annotations: { class: `kpa.${K}`, 'metric-aggregation-algorithm': 'median' },
    says: [`invalid value: median: ${A}.${K}/metric-aggregation-algorithm`],
  },
  { name: 'aggregation of another class', annotations: { 'metric-aggregation-algorithm': 'median' }, says: [] },
])('$name', ({ annotations, says }) => expect(said(annotations)).toEqual(says));

it('follows the bounds of the cluster', () => {
  const limits = { 'max-scale': '3', 'max-scale-limit': '5', 'allow-zero-initial-scale': 'true' };
  expect(said({ 'max-scale': '6' }, limits)).toEqual([`expected 1 <= 6 <= 5: ${A}.${K}/max-scale`]);
  expect(said({ 'max-scale': '0' }, limits)).toEqual([`max-scale=0 (unlimited), must be less than 5: ${A}.${K}/max-scale`]);
  expect(said({ 'initial-scale': '0' }, limits)).toEqual([]);
});
