import { defaultAutoscalerConfig, parseAutoscalerConfig, type AutoscalerConfig } from './autoscaler-config.js';
import type { ConfigData } from './config-keys.js';

const accepted: { name: string; data: ConfigData; changes: Partial<AutoscalerConfig> }[] = [
  { name: 'nothing', data: {}, changes: {} },
  {
    name: 'the example block and unknown keys',
    data: { _example: 'max-scale: x', 'panic-window': 'x', 'tick-interval': '2s' },
    changes: {},
  },
  {
    name: 'numbers with fractions',
    data: { 'max-scale-up-rate': '1.01', 'max-scale-down-rate': '3.0', 'container-concurrency-target-default': '10.5' },
    changes: { maxScaleUpRate: 1.01, maxScaleDownRate: 3, concurrencyTargetDefault: 10.5 },
  },
  { name: 'a percentage', data: { 'container-concurrency-target-percentage': '55' }, changes: { concurrencyTargetFraction: 0.55 } },
  { name: 'a fraction', data: { 'container-concurrency-target-percentage': '0.71' }, changes: { concurrencyTargetFraction: 0.71 } },
  { name: 'one is a fraction', data: { 'container-concurrency-target-percentage': '1' }, changes: { concurrencyTargetFraction: 1 } },
  {
    name: 'requests per second',
    data: { 'requests-per-second-target-default': '10.11' },
    changes: { requestsPerSecondTargetDefault: 10.11 },
  },
  { name: 'no burst capacity', data: { 'target-burst-capacity': '0' }, changes: { targetBurstCapacity: 0 } },
  { name: 'unlimited burst capacity', data: { 'target-burst-capacity': '-1' }, changes: { targetBurstCapacity: -1 } },
  {
    name: 'durations',
    data: {
      'stable-window': '5m',
      'scale-down-delay': '15m',
      'scale-to-zero-pod-retention-period': '2m3s',
      'scale-to-zero-grace-period': '33s',
    },
    changes: {
      stableWindowMs: 300_000,
      scaleDownDelayMs: 900_000,
      scaleToZeroPodRetentionPeriodMs: 123_000,
      scaleToZeroGracePeriodMs: 33_000,
    },
  },
  { name: 'the least window', data: { 'stable-window': '6s' }, changes: { stableWindowMs: 6_000 } },
  { name: 'the longest window', data: { 'stable-window': '1h' }, changes: { stableWindowMs: 3_600_000 } },
  { name: 'a truth in capitals', data: { 'enable-scale-to-zero': 'FALSE' }, changes: { enableScaleToZero: false } },
  { name: 'a class, trimmed', data: { 'pod-autoscaler-class': ' some.class\n' }, changes: { podAutoscalerClass: 'some.class' } },
  {
    name: 'zero as the first scale when allowed',
    data: { 'allow-zero-initial-scale': 'true', 'initial-scale': '0' },
    changes: { allowZeroInitialScale: true, initialScale: 0 },
  },
  { name: 'a least scale without a largest', data: { 'min-scale': '4' }, changes: { minScale: 4 } },
  {
    name: 'a largest within its limit',
    data: { 'max-scale': '10', 'max-scale-limit': '11' },
    changes: { maxScale: 10, maxScaleLimit: 11 },
  },
  { name: 'any panic threshold', data: { 'panic-threshold-percentage': '1' }, changes: { panicThresholdPercentage: 1 } },
];

const refused: [ConfigData, string][] = [
  [
    { 'max-scale-up-rate': 'not a float' },
    'failed to parse data: failed to parse "max-scale-up-rate": strconv.ParseFloat: parsing "not a float": invalid syntax',
  ],
  [{ 'stable-window': 'not a duration' }, 'failed to parse data: failed to parse "stable-window": time: invalid duration "not a duration"'],
  [
    { 'enable-scale-to-zero': 'yes' },
    'failed to parse data: failed to parse "enable-scale-to-zero": strconv.ParseBool: parsing "yes": invalid syntax',
  ],
  [
    { 'initial-scale': 'invalid' },
    'failed to parse data: failed to parse "initial-scale": strconv.ParseInt: parsing "invalid": invalid syntax',
  ],
  [
    { 'min-scale': '2147483648' },
    'failed to parse data: failed to parse "min-scale": strconv.ParseInt: parsing "2147483648": value out of range',
  ],
  [{ 'scale-down-delay': '-1m23s' }, 'scale-down-delay cannot be negative, was: -1m23s'],
  [{ 'scale-down-delay': '61984ms' }, 'scale-down-delay = 1m1.984s, must be specified with at most second precision'],
  [{ 'scale-to-zero-pod-retention-period': '-4m11s' }, 'scale-to-zero-pod-retention-period cannot be negative, was: -4m11s'],
  [{ 'scale-to-zero-grace-period': '0s' }, 'scale-to-zero-grace-period must be positive, was: 0s'],
  [{ 'target-burst-capacity': '-11' }, 'target-burst-capacity must be either non-negative or -1 (for unlimited), was: -11.000000'],
  [
    { 'container-concurrency-target-percentage': '-42' },
    'container-concurrency-target-percentage = -42.000000 is outside of valid range of (0, 100]',
  ],
  [
    { 'container-concurrency-target-percentage': '142.4' },
    'container-concurrency-target-percentage = 1.424000 is outside of valid range of (0, 100]',
  ],
  [
    { 'container-concurrency-target-percentage': '1', 'container-concurrency-target-default': '0.001' },
    "container-concurrency-target-percentage and container-concurrency-target-default yield target concurrency of 0.001, can't be less than 0.01",
  ],
  [{ 'requests-per-second-target-default': '-5.25' }, 'requests-per-second-target-default must be at least 0.01, was: -5.25'],
  [{ 'activator-capacity': '0.95' }, 'activator-capacity = 0.95, must be at least 1'],
  [{ 'max-scale-up-rate': '1' }, 'max-scale-up-rate = 1, must be greater than 1.0'],
  [{ 'max-scale-down-rate': '-55' }, 'max-scale-down-rate = -55, must be greater than 1.0'],
  [{ 'stable-window': '1h1s' }, 'stable-window = 1h0m1s, must be in [6s; 1h0m0s] range'],
  [{ 'stable-window': '5s' }, 'stable-window = 5s, must be in [6s; 1h0m0s] range'],
  [{ 'stable-window': '61984ms' }, 'stable-window = 1m1.984s, must be specified with at most second precision'],
  [{ 'panic-window-percentage': '0.1' }, 'panic-window-percentage = 0.1, must be in [1, 100] interval'],
  [{ 'panic-window-percentage': '110' }, 'panic-window-percentage = 110, must be in [1, 100] interval'],
  [{ 'initial-scale': '0' }, 'initial-scale = 0, must be at least 0 (or at least 1 when allow-zero-initial-scale is false)'],
  [
    { 'initial-scale': '-1', 'allow-zero-initial-scale': 'true' },
    'initial-scale = -1, must be at least 0 (or at least 1 when allow-zero-initial-scale is false)',
  ],
  [{ 'min-scale': '-1' }, 'min-scale = -1, must be at least 0'],
  [{ 'max-scale': '-1' }, 'max-scale = -1, must be in [0, max-scale-limit(0)] range'],
  [{ 'max-scale': '10', 'max-scale-limit': '9' }, 'max-scale = 10, must be in [1, max-scale-limit(9)] range'],
  [{ 'max-scale': '0', 'max-scale-limit': '11' }, 'max-scale = 0, must be in [1, max-scale-limit(11)] range'],
  [{ 'max-scale-limit': '-9' }, 'max-scale-limit = -9, must be at least 0'],
  [{ 'min-scale': '4', 'max-scale': '3' }, 'min-scale (4) must be less than max-scale (3)'],
];

describe('config-autoscaler', () => {
  it.each(accepted)('takes $name', ({ data, changes }) => {
    expect(parseAutoscalerConfig(data)).toEqual({ ok: true, value: { ...defaultAutoscalerConfig, ...changes } });
  });

  it.each(refused)('%j is refused: %s', (data, error) => {
    expect(parseAutoscalerConfig(data)).toEqual({ ok: false, error });
  });
});
