import type { Container, Pod } from '@tidegate/kube';
import { containerEnvironment } from './container-environment.js';
import { serviceVariables } from './service-variables.js';

const pod: Pod = { metadata: { name: 'web-1', namespace: 'shop', labels: { app: 'web' } }, spec: { containers: [] } };

async function environment(container: Partial<Container>): Promise<Record<string, string>> {
  const made = await containerEnvironment({
    pod,
    container: { name: 'app', ...container },
    image: ['FROM_IMAGE=1', 'MODE=image', 'HTTP_PORT=$(PORT)', 'ODD=$(WHAT)'],
    services: new Map([
      ['REVIEWS_SERVICE_HOST', '127.64.128.1'],
      ['REVIEWS_SERVICE_PORT', '9080'],
    ]),
    promised: new Map([
      ['HOST', '127.64.0.2'],
      ['PORT', '20001'],
    ]),
    podIP: '127.64.0.2',
    hostIP: '127.0.0.1',
    references: {
      claimFolder: () => Promise.reject(new Error('variables hold no folders')),
      token: () => Promise.reject(new Error('variables hold no tokens')),
      configMap: (name) => Promise.resolve(name === 'settings' ? { data: { COLOUR: 'blue', SIZE: 'big' } } : undefined),
      secret: (name) => Promise.resolve(name === 'login' ? { data: { word: Buffer.from('open').toString('base64') } } : undefined),
    },
  });
  return Object.fromEntries(made);
}

it('expands Service variables and what came before', async () => {
  const env = [
    { name: 'URL', value: 'http://$(REVIEWS_SERVICE_HOST):$(REVIEWS_SERVICE_PORT)' },
    { name: 'BOTH', value: '$(URL)/$(COLOUR)/$(LATER)' },
    { name: 'LATER', value: 'x' },
  ];
  expect(await environment({ envFrom: [{ configMapRef: { name: 'settings' } }], env })).toMatchObject({
    URL: 'http://127.64.128.1:9080',
    BOTH: 'http://127.64.128.1:9080/blue/$(LATER)',
    SIZE: 'big',
  });
});

it('the manifest wins over the image, the platform over the manifest', async () => {
  expect(
    await environment({
      env: [
        { name: 'MODE', value: 'pod' },
        { name: 'PORT', value: '8080' },
      ],
    }),
  ).toMatchObject({ MODE: 'pod', PORT: '20001', FROM_IMAGE: '1' });
});

it('the image tells its program what the platform promises by names of its own', async () => {
  expect(await environment({})).toMatchObject({ HTTP_PORT: '20001', ODD: '$(WHAT)' });
  expect(await environment({ env: [{ name: 'HTTP_PORT', value: '1' }] })).toMatchObject({ HTTP_PORT: '1' });
});

it('reads fields, Secrets and prefixes', async () => {
  const container: Partial<Container> = {
    envFrom: [{ prefix: 'S_', secretRef: { name: 'login' } }],
    env: [
      { name: 'IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
      { name: 'APP', valueFrom: { fieldRef: { fieldPath: "metadata.labels['app']" } } },
      { name: 'WORD', valueFrom: { secretKeyRef: { name: 'login', key: 'word' } } },
      { name: 'CPU', valueFrom: { resourceFieldRef: { resource: 'limits.cpu' } } },
      { name: 'MEMORY', valueFrom: { resourceFieldRef: { resource: 'requests.memory', divisor: '1Mi' } } },
    ],
    resources: { limits: { cpu: '1500m' }, requests: { memory: '64Mi' } },
  };
  expect(await environment(container)).toMatchObject({
    S_word: 'open',
    IP: '127.64.0.2',
    APP: 'web',
    WORD: 'open',
    CPU: '2',
    MEMORY: '64',
  });
});

it.each<[string, Partial<Container>]>([
  ['configmap "none" not found', { envFrom: [{ configMapRef: { name: 'none' } }] }],
  ['secret "none" not found', { env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 'none', key: 'k' } } }] }],
  [
    "couldn't find key k in ConfigMap shop/settings",
    { env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'settings', key: 'k' } } }] },
  ],
])('says %s', async (sentence, container) => expect(environment(container)).rejects.toThrow(sentence));

it('an optional reference may be missing', async () => {
  const env = [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'none', key: 'k', optional: true } } }];
  expect(await environment({ env })).not.toHaveProperty('A');
});

it('Service variables are those of a kubelet, with real ports', () => {
  const service = { metadata: { name: 'reviews-v1' }, spec: { ports: [{ name: 'http', port: 80 }, { port: 90 }] } };
  const variables = serviceVariables([{ service, address: '127.64.128.1', boundPort: (p) => (p === 80 ? 8180 : undefined) }]);
  expect(Object.fromEntries(variables)).toEqual({
    REVIEWS_V1_SERVICE_HOST: '127.64.128.1',
    REVIEWS_V1_SERVICE_PORT: '8180',
    REVIEWS_V1_SERVICE_PORT_HTTP: '8180',
    REVIEWS_V1_PORT: 'tcp://127.64.128.1:8180',
    REVIEWS_V1_PORT_80_TCP: 'tcp://127.64.128.1:8180',
    REVIEWS_V1_PORT_80_TCP_PROTO: 'tcp',
    REVIEWS_V1_PORT_80_TCP_PORT: '8180',
    REVIEWS_V1_PORT_80_TCP_ADDR: '127.64.128.1',
    REVIEWS_V1_PORT_90_TCP: 'tcp://127.64.128.1:90',
    REVIEWS_V1_PORT_90_TCP_PROTO: 'tcp',
    REVIEWS_V1_PORT_90_TCP_PORT: '90',
    REVIEWS_V1_PORT_90_TCP_ADDR: '127.64.128.1',
  });
});
