import type { JsonObject } from '@tidegate/kube/json';
import { quotaRefusal, usedOfQuota } from './check-quotas.js';

const pods = { group: '', plural: 'pods' };
const quota = (hard: Record<string, string>, spec: JsonObject = {}): JsonObject => ({ metadata: { name: 'q' }, spec: { hard, ...spec } });
const pod = (requests: Record<string, string>, spec: JsonObject = {}, status: JsonObject = {}): JsonObject => ({
  spec: { containers: [{ name: 'c', resources: { requests } }], ...spec },
  status,
});

interface Row {
  name: string;
  hard: Record<string, string>;
  object: JsonObject;
  used: Record<string, string>;
  refusal: string | undefined;
}

describe('what a quota refuses', () => {
  it.each<Row>([
    { name: 'what fits', hard: { pods: '1' }, object: pod({}), used: {}, refusal: undefined },
    {
      name: 'one too many',
      hard: { pods: '1' },
      object: pod({}),
      used: { pods: '1' },
      refusal: 'exceeded quota: q, requested: pods=1, used: pods=1, limited: pods=1',
    },
    {
      name: 'a container that does not say what it takes',
      hard: { cpu: '1' },
      object: pod({}),
      used: {},
      refusal: 'failed quota: q: must specify cpu for: c',
    },
    {
      name: 'sums across units',
      hard: { 'requests.memory': '1Gi' },
      object: pod({ memory: '600Mi' }),
      used: { 'requests.memory': '500000000' },
      refusal: 'exceeded quota: q, requested: requests.memory=600Mi, used: requests.memory=500000000, limited: requests.memory=1Gi',
    },
    { name: 'other kinds', hard: { configmaps: '0' }, object: pod({}), used: {}, refusal: undefined },
  ])('$name', ({ hard, object, used, refusal }) => {
    const request = { definition: pods, object, previous: undefined };
    expect(quotaRefusal(request, [quota(hard)], () => used)).toBe(refusal);
  });

  it('counts only pods of its scopes', () => {
    const request = { definition: pods, object: pod({ cpu: '1' }), previous: undefined };
    const refusal = (scope: string): string | undefined => quotaRefusal(request, [quota({ pods: '0' }, { scopes: [scope] })], () => ({}));
    expect(refusal('NotBestEffort')).toContain('exceeded quota');
    expect(refusal('BestEffort')).toBeUndefined();
  });
});

describe('what is used of a quota', () => {
  it('leaves out pods that have ended, and counts them as objects', () => {
    const ended = pod({ cpu: '1' }, {}, { phase: 'Succeeded' });
    const counted = [pod({ cpu: '250m' }), ended].map((object) => ({ definition: pods, object }));
    expect(usedOfQuota(quota({ pods: '9', cpu: '9', 'count/pods': '9', secrets: '9' }), counted)).toEqual({
      pods: '1',
      cpu: '250m',
      'count/pods': '2',
      secrets: '0',
    });
  });

  it('takes an init container that needs more than all others, and sidecars with both', () => {
    const object = pod(
      { cpu: '1' },
      {
        initContainers: [
          { name: 'side', restartPolicy: 'Always', resources: { requests: { cpu: '500m' } } },
          { name: 'init', resources: { requests: { cpu: '2' } } },
        ],
      },
    );
    expect(usedOfQuota(quota({ cpu: '9' }), [{ definition: pods, object }])).toEqual({ cpu: '2500m' });
  });
});
