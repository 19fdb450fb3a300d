import { defaultAutoscalerConfig } from '@tidegate/serving-config';
import * as fc from 'fast-check';
import { type ScalingSettings, resolveSettings } from '../scaling-settings.js';
import { type ScaleInput, type Since, planScale } from './plan-scale.js';

const NOW = 1_700_000_000_000;
const ago = (status: Since['status'], seconds: number): Since => ({ status, sinceMs: NOW - seconds * 1000 });

/** As Knative's tests of its scaler: grace 60 s, window 300 s, deadline 121 s, no retention. */
const base: ScalingSettings = {
  ...resolveSettings({ metadata: {}, spec: { scaleTargetRef: {}, protocolType: 'http1' } }, defaultAutoscalerConfig, 121_000),
  stableWindowMs: 300_000,
  gracePeriodMs: 60_000,
};
const held = ago('True', 0);

interface Row {
  name: string;
  replicas: number;
  desired: number;
  active?: Since;
  initialized?: boolean;
  settings?: Partial<ScalingSettings>;
  holding?: Since;
  heldAlways?: boolean;
  bypassedBy?: string;
  wanted: number;
  /** What is written; undefined: nothing. */
  writes?: number;
  /** Seconds until it looks again; undefined: when something changes. */
  again?: number;
}

const noRetention = { podRetentionMs: 0 };
const rows: Row[] = [
  { name: '1: active for a moment less than the window', replicas: 1, desired: 0, active: ago('True', 299), wanted: 1, again: 1 },
  { name: '2: the same with ten pods', replicas: 10, desired: 0, active: ago('True', 299), wanted: 1, writes: 1, again: 1 },
  { name: '3: active for the window', replicas: 1, desired: 0, active: ago('True', 300), wanted: 0 },
  { name: '4: the same, already holding', replicas: 1, desired: 0, active: ago('True', 300), holding: held, wanted: 0, again: 3 },
  {
    name: '5: a window of its own, a moment less',
    replicas: 1,
    desired: 0,
    active: ago('True', 44),
    settings: { stableWindowMs: 45_000 },
    wanted: 1,
    again: 1,
  },
  { name: '6: a window of its own', replicas: 1, desired: 0, active: ago('True', 45), settings: { stableWindowMs: 45_000 }, wanted: 0 },
  { name: '6: long after it', replicas: 1, desired: 0, active: ago('True', 300), settings: { stableWindowMs: 45_000 }, wanted: 0 },
  { name: '7: inactive for the grace period', replicas: 1, desired: 0, active: ago('False', 60), holding: held, wanted: 0, writes: 0 },
  { name: '8: a moment less', replicas: 1, desired: 0, active: ago('False', 59), holding: held, wanted: 0, again: 1 },
  { name: '8: held for a moment less', replicas: 1, desired: 0, active: ago('False', 59), holding: ago('True', 59), wanted: 0, again: 1 },
  {
    name: '9: held for the grace period',
    replicas: 1,
    desired: 0,
    active: ago('False', 59),
    holding: ago('True', 60),
    wanted: 0,
    writes: 0,
  },
  {
    name: '9: and kept long enough',
    replicas: 1,
    desired: 0,
    active: ago('False', 59),
    holding: ago('True', 60),
    settings: { podRetentionMs: 42_000 },
    wanted: 0,
    writes: 0,
  },
  {
    name: '10: the last pod is kept longer',
    replicas: 1,
    desired: 0,
    active: ago('False', 60),
    holding: ago('True', 60),
    settings: { podRetentionMs: 120_000 },
    wanted: 0,
    again: 60,
  },
  {
    name: '12: the revision keeps none',
    replicas: 1,
    desired: 0,
    active: ago('False', 60),
    holding: held,
    settings: noRetention,
    wanted: 0,
    writes: 0,
  },
  {
    name: '13: kept as long as the grace period',
    replicas: 1,
    desired: 0,
    active: ago('False', 60),
    holding: held,
    settings: { podRetentionMs: 60_000 },
    wanted: 0,
    writes: 0,
  },
  { name: '14: always held, nobody is asked', replicas: 1, desired: 0, active: ago('False', 60), heldAlways: true, wanted: 0, writes: 0 },
  { name: '15: the proxies do not hold', replicas: 1, desired: 0, active: ago('False', 60), holding: ago('False', 60), wanted: 0 },
  { name: '15: some of the proxies do', replicas: 1, desired: 0, active: ago('False', 60), holding: ago('Unknown', 60), wanted: 0 },
  { name: '15: nobody says', replicas: 1, desired: 0, active: ago('False', 60), wanted: 0 },
  { name: '16: activating', replicas: 1, desired: 0, active: ago('Unknown', 75), wanted: -1, again: 76.001 },
  { name: '17: activating beyond the deadline', replicas: 1, desired: 0, active: ago('Unknown', 152), wanted: 0, writes: 0 },
  {
    name: '17: a deadline of its own',
    replicas: 1,
    desired: 0,
    active: ago('Unknown', 36),
    settings: { progressDeadlineMs: 5_000 },
    wanted: 0,
    writes: 0,
  },
  { name: '18: a least scale', replicas: 10, desired: 0, active: ago('False', 59), settings: { minScale: 2 }, wanted: 2, writes: 2 },
  { name: '18: long after', replicas: 10, desired: 0, active: ago('False', 60), settings: { minScale: 2 }, wanted: 2, writes: 2 },
  {
    name: '19: unreachable',
    replicas: 10,
    desired: 0,
    active: ago('False', 60),
    holding: held,
    settings: { reachable: false, minScale: 0 },
    wanted: 0,
    writes: 0,
  },
  { name: '22: unreachable, a moment less', replicas: 10, desired: 0, active: ago('False', 59), holding: held, wanted: 0, again: 1 },
  { name: '23: up', replicas: 1, desired: 10, active: ago('True', 5), wanted: 10, writes: 10 },
  { name: '24: up to the largest', replicas: 1, desired: 10, active: ago('True', 5), settings: { maxScale: 8 }, wanted: 8, writes: 8 },
  { name: '25: up from inactive', replicas: 1, desired: 10, active: ago('False', 30), wanted: 10, writes: 10 },
  { name: '26: nothing known, inactive', replicas: 0, desired: -1, active: ago('False', 30), wanted: -1 },
  { name: '27: from zero to one', replicas: 0, desired: 1, active: ago('False', 30), wanted: 1, writes: 1 },
  { name: '27: from zero to ten', replicas: 0, desired: 10, active: ago('False', 30), wanted: 10, writes: 10 },
  { name: '28: nothing known, active', replicas: 12, desired: -1, active: ago('True', 30), wanted: -1 },
  {
    name: '29: the first scale was reached',
    replicas: 2,
    desired: 0,
    active: ago('True', 120),
    settings: { initialScale: 2 },
    wanted: 1,
    writes: 1,
    again: 180,
  },
  {
    name: '30: the first scale is not reached',
    replicas: 0,
    desired: 1,
    active: ago('Unknown', 1),
    initialized: false,
    settings: { initialScale: 2 },
    wanted: 2,
    writes: 2,
  },
  {
    name: '31: its pods are there',
    replicas: 5,
    desired: 1,
    active: ago('Unknown', 1),
    initialized: false,
    settings: { initialScale: 5 },
    wanted: 5,
  },
  {
    name: '32: a first scale of zero',
    replicas: 0,
    desired: 0,
    active: ago('False', 0),
    holding: held,
    initialized: false,
    settings: { initialScale: 0 },
    wanted: 0,
    again: 60,
  },
  {
    name: '33: unreachable before the first scale',
    replicas: 2,
    desired: 0,
    active: ago('True', 120),
    initialized: false,
    settings: { initialScale: 2, reachable: false },
    wanted: 1,
    writes: 1,
    again: 180,
  },
  { name: 'a new one of which nothing is known', replicas: 1, desired: -1, wanted: -1, again: 151 },
  {
    name: 'a new one with a least scale',
    replicas: 1,
    desired: -1,
    settings: { minScale: 3 },
    wanted: 3,
    writes: 3,
  },
  {
    name: 'scaling to zero is switched off',
    replicas: 3,
    desired: 0,
    active: ago('False', 99),
    settings: { enableScaleToZero: false },
    wanted: 1,
    writes: 1,
  },
  { name: 'another Service leads to its pods', replicas: 1, desired: 0, active: ago('True', 999), bypassedBy: 'side', wanted: 1 },
  { name: 'and it has none', replicas: 0, desired: 0, active: ago('False', 999), holding: held, bypassedBy: 'side', wanted: 0 },
];

const inputOf = (row: Row): ScaleInput => ({
  settings: { ...base, ...row.settings },
  desired: row.desired,
  replicas: row.replicas,
  active: row.active,
  initialized: row.initialized ?? true,
  holding: row.holding,
  heldAlways: row.heldAlways,
  bypassedBy: row.bypassedBy,
});

it.each(rows)('$name', (row) => {
  const plan = planScale(inputOf(row), NOW);
  expect([plan.wanted, plan.replicas, plan.lookAgainInMs]).toEqual([
    row.wanted,
    row.writes,
    row.again === undefined ? undefined : row.again * 1000,
  ]);
});

const since = fc.option(
  fc.record({ status: fc.constantFrom<Since['status']>('True', 'False', 'Unknown'), sinceMs: fc.integer({ min: NOW - 1e6, max: NOW }) }),
  { nil: undefined },
);
const inputs: fc.Arbitrary<ScaleInput> = fc.record({
  settings: fc
    .record({
      minScale: fc.integer({ min: 0, max: 4 }),
      room: fc.integer({ min: 0, max: 6 }),
      initialScale: fc.integer({ min: 0, max: 4 }),
      reachable: fc.boolean(),
      enableScaleToZero: fc.boolean(),
      podRetentionMs: fc.constantFrom(0, 20_000),
    })
    .map(({ room, ...s }) => ({ ...base, ...s, maxScale: room === 0 ? 0 : s.minScale + room })),
  desired: fc.integer({ min: -1, max: 12 }),
  replicas: fc.integer({ min: 0, max: 12 }),
  active: since,
  initialized: fc.boolean(),
  holding: since,
});

it('never leaves its bounds, and writes nothing twice', () => {
  fc.assert(
    fc.property(inputs, (input) => {
      const plan = planScale(input, NOW);
      const { minScale, maxScale, initialScale } = input.settings;
      expect(plan.wanted).toBeGreaterThanOrEqual(-1);
      if (plan.replicas === undefined) return;
      expect(plan.replicas).not.toBe(input.replicas);
      expect(plan.replicas).toBe(plan.wanted);
      expect(plan.replicas).toBeGreaterThanOrEqual(minScale);
      if (maxScale > 0) expect(plan.replicas).toBeLessThanOrEqual(Math.max(maxScale, initialScale));
      expect(planScale({ ...input, replicas: plan.replicas }, NOW).replicas).toBeUndefined();
    }),
  );
});

it('goes to zero only while every proxy holds, or when a revision does not come up', () => {
  fc.assert(
    fc.property(inputs, (input) => {
      if (planScale(input, NOW).replicas !== 0) return;
      const gaveUp = input.active?.status === 'Unknown';
      expect(gaveUp || (input.active?.status === 'False' && input.holding?.status === 'True')).toBe(true);
    }),
  );
});
