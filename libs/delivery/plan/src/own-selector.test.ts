import type { Service } from '@tidegate/kube';
import { withOwnSelector } from './own-selector.js';

const service = (selector: Record<string, string> | undefined, note?: string): Service => ({
  metadata: { name: 'shop', annotations: note === undefined ? {} : { 'mesh.tidegate.dev/selector': note } },
  spec: { ports: [{ port: 80 }], ...(selector ? { selector } : {}) },
});

it.each([
  { name: 'one that has its selector', of: service({ app: 'a' }), expected: { app: 'a' } },
  { name: 'one whose selector is noted', of: service(undefined, '{"app":"a"}'), expected: { app: 'a' } },
  { name: 'one whose author has written it again', of: service({ app: 'b' }, '{"app":"a"}'), expected: { app: 'b' } },
  { name: 'one without', of: service(undefined), expected: undefined },
  { name: 'a note that is spoilt', of: service(undefined, '{"app":1}'), expected: undefined },
  { name: 'a note that is no JSON', of: service(undefined, 'app'), expected: undefined },
])('$name', ({ of, expected }) => {
  const found = withOwnSelector(of);
  expect(found.spec?.selector).toEqual(expected);
  expect(found.spec?.ports).toEqual([{ port: 80 }]);
});
