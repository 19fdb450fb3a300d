import { readFileSync } from 'node:fs';
import path from 'node:path';
import { settings } from './cluster.js';

const VERSION = '0.1.0';
/** The sample `hello`, run by the platform's own image: no image of others is needed. */
export const hello = readFileSync(path.resolve(import.meta.dirname, '../../samples/hello/app/main.mjs'), 'utf8');

export const image = `${settings.registry}/tidegate:${VERSION}`;
export const greeter = (target: string) => ({
  image,
  args: ['--input-type=module', '--eval', hello],
  env: [{ name: 'TARGET', value: target }],
  resources: { requests: { cpu: '20m', memory: '48Mi' }, limits: { memory: '256Mi' } },
});

export const namespace = (name: string, labels: Record<string, string> = {}) => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name, labels },
});

/** A Deployment of two, its Service, a Gateway and the route between them. */
export function shop(name: string): object[] {
  const labels = { app: 'shop' };
  return [
    namespace(name),
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'shop', namespace: name },
      spec: {
        replicas: 2,
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: {
            automountServiceAccountToken: false,
            containers: [
              {
                name: 'shop',
                ...greeter('shop'),
                ports: [{ containerPort: 8080 }],
                readinessProbe: { httpGet: { path: '/healthz', port: 8080 }, periodSeconds: 1 },
              },
            ],
          },
        },
      },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'shop', namespace: name },
      spec: { selector: labels, ports: [{ port: 80, targetPort: 8080 }] },
    },
    {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'Gateway',
      metadata: { name: 'shop', namespace: name },
      spec: { gatewayClassName: 'tidegate', listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }] },
    },
    {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'HTTPRoute',
      metadata: { name: 'shop', namespace: name },
      spec: { parentRefs: [{ name: 'shop' }], hostnames: ['shop.example'], rules: [{ backendRefs: [{ name: 'shop', port: 80 }] }] },
    },
  ];
}

/** A Knative Service that sleeps soon; by the platform's own image unless another one is named. */
export const sleeper = (
  name: string,
  inNamespace: string,
  { image: from = image, ...pod }: { image?: string; imagePullSecrets?: { name: string }[] } = {},
): object => ({
  apiVersion: 'serving.knative.dev/v1',
  kind: 'Service',
  metadata: { name, namespace: inNamespace },
  spec: {
    template: {
      metadata: { annotations: { 'autoscaling.knative.dev/window': '6s' } },
      spec: { ...pod, containers: [{ ...greeter('sleeper'), image: from }] },
    },
  },
});
