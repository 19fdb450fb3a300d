import { auditedChange, redacted } from './redact.js';

const pod = (env: object[]) => ({ kind: 'Pod', metadata: { name: 'a' }, spec: { containers: [{ name: 'c', env }] } });

describe('redacted', () => {
  it.each([
    {
      name: 'values of Secrets',
      given: { kind: 'Secret', data: { a: 'c2VjcmV0' }, stringData: { b: 'secret' }, type: 'Opaque' },
      shown: { kind: 'Secret', type: 'Opaque', data: { a: '(hidden)' }, stringData: { b: '(hidden)' } },
    },
    { name: 'variables that sound like secrets', given: pod([{ name: 'DB_PASSWORD', value: 'x1' }]), shown: pod([{ name: 'DB_PASSWORD', value: '(hidden)' }]) },
    {
      name: 'names of secrets stay',
      given: pod([{ name: 'DB_PASSWORD', valueFrom: { secretKeyRef: { name: 'db', key: 'password' } } }]),
      shown: pod([{ name: 'DB_PASSWORD', valueFrom: { secretKeyRef: { name: 'db', key: 'password' } } }]),
    },
    { name: 'fields', given: { spec: { apiKey: 'k', secretName: 'db', tokenExpirationSeconds: 5 } }, shown: { spec: { apiKey: '(hidden)', secretName: 'db', tokenExpirationSeconds: 5 } } },
    {
      name: 'copies of the object',
      given: { metadata: { annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{"data":"c2VjcmV0"}', a: 'b' } } },
      shown: { metadata: { annotations: { a: 'b' } } },
    },
    { name: 'nothing', given: undefined, shown: undefined },
  ])('$name', ({ given, shown }) => {
    expect(redacted(given)).toEqual(shown);
  });
});

describe('auditedChange', () => {
  it('says what changed, without bookkeeping', () => {
    const before = { metadata: { name: 'a', resourceVersion: '1', generation: 1 }, spec: { replicas: 1 } };
    const after = { metadata: { name: 'a', resourceVersion: '2', generation: 2 }, spec: { replicas: 3 } };
    expect(auditedChange(before, after)).toEqual([{ op: 'replace', path: '/spec/replicas', value: 3 }]);
  });

  it('shows a created object without its bookkeeping, and nothing of a Secret', () => {
    const change = auditedChange(undefined, { kind: 'Secret', metadata: { name: 's', uid: 'u', managedFields: [] }, data: { k: 'c2VjcmV0' } });
    expect(change).toEqual([{ op: 'replace', path: '', value: { kind: 'Secret', metadata: { name: 's' }, data: { k: '(hidden)' } } }]);
  });

  it('is bounded', () => {
    const many = Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [`k${i}`, 'x'.repeat(400)]));
    const change = auditedChange({ data: {} }, { data: many });
    expect(JSON.stringify(change).length).toBeLessThan(17 * 1024);
    expect(change.at(-1)).toMatchObject({ op: 'add', path: expect.stringMatching(/^\/data\/k/) });
  });
});
