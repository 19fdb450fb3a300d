import path from 'node:path';
import { golden } from '@tidegate/testing';
import { deliveryCrds } from './crds.js';
import { strategySpecSchema } from './strategy.js';

it('keeps the definitions of Strategy and Release as they are known', () => {
  const text = `${JSON.stringify(deliveryCrds(), null, 1)}\n`;
  expect(text).toBe(golden(path.join(import.meta.dirname, 'testdata', 'crds.json'), text));
});

it('fills every default of a minimal strategy', () => {
  const spec = strategySpecSchema.parse({ service: 'reviews', principal: 'v1' });
  expect(spec.analysis).toMatchObject({
    alpha: 0.01,
    beta: 0.05,
    tolerance: { errorRate: 0.5, latency: 20 },
    noData: 'Hold',
    guardrails: [{ successRate: 99 }],
  });
  expect(spec.apply).toBe('WaitForWorkloadReady');
});

it('refuses fields that it does not know', () => {
  expect(strategySpecSchema.safeParse({ service: 'reviews', principal: 'v1', wieght: 5 }).success).toBe(false);
});
