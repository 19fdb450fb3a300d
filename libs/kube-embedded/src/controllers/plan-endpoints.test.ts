import { type Pod, type Service, selectorMatches } from '@tidegate/kube';
import { PORTS_ANNOTATION } from '../pods/pod-ports.js';
import { sameSlice, wantedSlices } from './plan-endpoints.js';

const service: Service = {
  metadata: { name: 'reviews', namespace: 'shop', uid: 's' },
  spec: { selector: { app: 'reviews' }, ports: [{ name: 'http', port: 9080, targetPort: 'web' }] },
};
const pod = (name: string, change: Partial<{ ready: boolean; ending: boolean; phase: string; ip: string; app: string }> = {}): Pod => {
  const { ready = true, ending = false, phase = 'Running', ip = '127.64.0.2', app = 'reviews' } = change;
  return {
    metadata: {
      name,
      namespace: 'shop',
      uid: name,
      labels: { app },
      annotations: { [PORTS_ANNOTATION]: '{"8080":20001}' },
      ...(ending ? { deletionTimestamp: 'now' } : {}),
    },
    spec: { nodeName: 'embedded', containers: [{ name: 'c', ports: [{ containerPort: 8080, name: 'web' }] }] },
    status: { phase, podIP: ip, conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
  };
};

it('writes one slice per pod, with the real port and the owner', () => {
  const [slice, ...others] = wantedSlices(service, [pod('a'), pod('b', { app: 'other' })]);
  expect(others).toEqual([]);
  expect(slice).toMatchObject({
    metadata: {
      name: 'reviews-a',
      namespace: 'shop',
      labels: { 'kubernetes.io/service-name': 'reviews' },
      ownerReferences: [{ uid: 's', controller: true }],
    },
    endpoints: [{ addresses: ['127.64.0.2'], targetRef: { kind: 'Pod', name: 'a' } }],
    ports: [{ name: 'http', port: 20001, protocol: 'TCP' }],
  });
});

it.each([
  ['ready', pod('a'), { ready: true, serving: true, terminating: false }],
  ['not ready', pod('a', { ready: false }), { ready: false, serving: false, terminating: false }],
  ['on its way out', pod('a', { ending: true }), { ready: false, serving: true, terminating: true }],
])('a pod that is %s', (_, of, conditions) => expect(wantedSlices(service, [of])[0]?.endpoints?.[0]?.conditions).toEqual(conditions));

it('leaves out pods that finished or have no address, and Services without a selector', () => {
  expect(wantedSlices(service, [pod('a', { phase: 'Succeeded' }), pod('b', { ip: '' })])).toEqual([]);
  expect(wantedSlices({ ...service, spec: { ports: [{ port: 1 }] } }, [pod('a')])).toEqual([]);
});

it('compares what it decides, not what the server adds', () => {
  const [slice] = wantedSlices(service, [pod('a')]);
  expect(sameSlice({ ...slice!, metadata: { ...slice!.metadata, uid: 'x', resourceVersion: '5' } }, slice!)).toBe(true);
  expect(sameSlice(wantedSlices(service, [pod('a', { ready: false })])[0]!, slice!)).toBe(false);
});

it('an absent selector matches nothing, an empty one everything, expressions as Kubernetes says', () => {
  expect(selectorMatches(undefined, {})).toBe(false);
  expect(selectorMatches({}, {})).toBe(true);
  const expression = (operator: string, values?: string[]) => ({ matchExpressions: [{ key: 'v', operator, values }] });
  expect(['In', 'NotIn', 'Exists', 'DoesNotExist'].map((o) => selectorMatches(expression(o, ['1']), { v: '1' }))).toEqual([
    true,
    false,
    true,
    false,
  ]);
  expect(['In', 'NotIn', 'Exists', 'DoesNotExist'].map((o) => selectorMatches(expression(o, ['1']), {}))).toEqual([
    false,
    true,
    false,
    true,
  ]);
});
