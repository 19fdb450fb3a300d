import path from 'node:path';
import { golden } from '@tidegate/testing';
import { applicationCrds, tenancyCrds, workspaceSpecSchema } from './index.js';

it('keeps the definitions as they are known', () => {
  const text = `${JSON.stringify([...tenancyCrds(), ...applicationCrds()], null, 1)}\n`;
  expect(text).toBe(golden(path.join(import.meta.dirname, 'testdata', 'crds.json'), text));
});

it.each([
  { name: 'names of other systems', spec: { members: [{ user: 'system:admin', role: 'admin' }] } },
  { name: 'a host that is none', spec: { hosts: ['*'] } },
  { name: 'an unknown isolation', spec: { isolation: 'Some' } },
  { name: 'unknown fields', spec: { budget: {} } },
])('refuses $name', ({ spec }) => {
  expect(workspaceSpecSchema.safeParse(spec).success).toBe(false);
});
