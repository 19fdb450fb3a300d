import type { JsonObject } from '@tidegate/kube/json';
import { tolerateLostNodes } from './default-tolerations.js';
import { giveDefaultClass } from './volume-claims.js';
import { TOKEN_PATH, giveAccount, secretRefusal } from './service-account.js';

const pod = (spec: JsonObject = {}): { spec: JsonObject } => ({ spec: { containers: [{ name: 'c' }], ...spec } });
const account = (fields: JsonObject = {}): JsonObject => ({ metadata: { name: 'default' }, ...fields });

describe('the account of a pod', () => {
  it.each([
    { name: 'nobody says anything', spec: {}, account: {}, mounted: true },
    { name: 'the account refuses', spec: {}, account: { automountServiceAccountToken: false }, mounted: false },
    { name: 'the pod asks in spite of its account', spec: { automountServiceAccountToken: true }, account: { automountServiceAccountToken: false }, mounted: true },
    { name: 'the pod refuses', spec: { automountServiceAccountToken: false }, account: {}, mounted: false },
  ])('$name', ({ spec, account: fields, mounted }) => {
    const given = pod(spec);
    giveAccount(given, account(fields), 'abcde');
    const mount = { name: 'kube-api-access-abcde', readOnly: true, mountPath: TOKEN_PATH };
    expect(given.spec.serviceAccountName).toBe('default');
    expect(given.spec.containers).toEqual([mounted ? { name: 'c', volumeMounts: [mount] } : { name: 'c' }]);
    expect(given.spec.volumes).toEqual(mounted ? [expect.objectContaining({ name: 'kube-api-access-abcde' })] : undefined);
  });

  it('leaves a container alone that has something there, and takes a volume that is there already', () => {
    const own = { name: 'mine', mountPath: TOKEN_PATH };
    const given = pod({ containers: [{ name: 'a', volumeMounts: [own] }, { name: 'b' }], volumes: [{ name: 'kube-api-access-mine', emptyDir: {} }] });
    giveAccount(given, account(), 'abcde');
    expect(given.spec.containers).toEqual([
      { name: 'a', volumeMounts: [own] },
      { name: 'b', volumeMounts: [{ name: 'kube-api-access-mine', readOnly: true, mountPath: TOKEN_PATH }] },
    ]);
    expect(given.spec.volumes).toEqual([{ name: 'kube-api-access-mine', emptyDir: {} }]);
  });

  it('adds no volume that nobody mounts', () => {
    const given = pod({ containers: [{ name: 'a', volumeMounts: [{ name: 'mine', mountPath: TOKEN_PATH }] }] });
    giveAccount(given, account(), 'abcde');
    expect(given.spec.volumes).toBeUndefined();
  });

  it("gives the account's pull secrets to a pod that names none", () => {
    const secrets = { imagePullSecrets: [{ name: 'hub' }] };
    const [silent, own] = [pod(), pod({ imagePullSecrets: [{ name: 'own' }] })];
    giveAccount(silent, account(secrets), 'a');
    giveAccount(own, account(secrets), 'a');
    expect([silent.spec.imagePullSecrets, own.spec.imagePullSecrets]).toEqual([[{ name: 'hub' }], [{ name: 'own' }]]);
  });
});

describe('secrets that an account does not list', () => {
  const strict = account({ metadata: { name: 'strict', annotations: { 'kubernetes.io/enforce-mountable-secrets': 'true' } }, secrets: [{ name: 'known' }] });
  const env = (secret: string): JsonObject => ({ name: 'c', env: [{ name: 'KEY', valueFrom: { secretKeyRef: { name: secret, key: 'k' } } }] });
  it.each([
    { name: 'a listed one', spec: { containers: [env('known')] }, says: undefined },
    { name: 'a volume', spec: { volumes: [{ name: 'v', secret: { secretName: 'other' } }] }, says: 'volume with secret.secretName="other" is not allowed' },
    { name: 'a variable', spec: { containers: [env('other')] }, says: 'container c with envVar KEY referencing secret.secretName="other" is not allowed' },
    { name: 'a pull secret', spec: { imagePullSecrets: [{ name: 'hub' }] }, says: 'imagePullSecrets[0].name="hub" is not allowed' },
  ])('$name', ({ spec, says }) => {
    const refusal = secretRefusal(pod(spec), strict);
    if (says === undefined) expect(refusal).toBeUndefined();
    else expect(refusal).toContain(says);
    expect(secretRefusal(pod(spec), account())).toBeUndefined();
  });
});

it.each([
  { name: 'says nothing', given: undefined, added: ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'] },
  { name: 'tolerates everything', given: [{ operator: 'Exists' }], added: [] },
  { name: 'tolerates one of them', given: [{ key: 'node.kubernetes.io/unreachable', operator: 'Exists', effect: 'NoExecute' }], added: ['node.kubernetes.io/not-ready'] },
  { name: 'tolerates another effect', given: [{ operator: 'Exists', effect: 'NoSchedule' }], added: ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'] },
])('lost nodes: a pod that $name', ({ given, added }) => {
  const some = pod(given ? { tolerations: given } : {});
  tolerateLostNodes(some);
  const wanted = [...(given ?? []), ...added.map((key) => ({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 }))];
  expect(some.spec.tolerations ?? []).toEqual(wanted);
});

describe('the class of a claim', () => {
  const storageClass = (name: string, isDefault: boolean, creationTimestamp: string): JsonObject => ({
    metadata: { name, creationTimestamp, annotations: { 'storageclass.kubernetes.io/is-default-class': String(isDefault) } },
  });
  const classes = [storageClass('old', true, '2026-01-01T00:00:00Z'), storageClass('new', true, '2026-02-01T00:00:00Z'), storageClass('newest', false, '2026-03-01T00:00:00Z')];
  it.each([
    { name: 'the newest default one', given: undefined, of: classes, becomes: 'new' },
    { name: 'none, where none is the default', given: undefined, of: [], becomes: undefined },
    { name: 'the one that it names', given: 'mine', of: classes, becomes: 'mine' },
    { name: 'none, when it names none', given: '', of: classes, becomes: '' },
  ])('is $name', ({ given, of, becomes }) => {
    const claim = { spec: given === undefined ? {} : { storageClassName: given } };
    giveDefaultClass(claim, of);
    expect(claim.spec.storageClassName).toBe(becomes);
  });
});
