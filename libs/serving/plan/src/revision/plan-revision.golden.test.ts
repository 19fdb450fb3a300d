import path from 'node:path';
import type { Revision } from '@tidegate/serving-contract';
import { golden } from '@tidegate/testing';
import { NOW, configuration, printed, ready, revision, service, settings } from '../../test/builders.js';
import { planRevision } from './plan-revision.js';

const plain = revision(1, ready('Unknown'));
const rich: Revision = {
  ...plain,
  metadata: {
    ...plain.metadata,
    annotations: {
      ...plain.metadata?.annotations,
      'autoscaling.knative.dev/initial-scale': '3',
      'serving.knative.dev/progress-deadline': '120s',
      note: 'n',
    },
  },
  spec: {
    serviceAccountName: 'app',
    timeoutSeconds: 60,
    responseStartTimeoutSeconds: 20,
    idleTimeoutSeconds: 10,
    containerConcurrency: 2,
    containers: [
      {
        name: 'app',
        image: 'dev.local/app:1',
        env: [{ name: 'A', value: 'a' }],
        ports: [{ name: 'h2c', containerPort: 9000 }],
        readinessProbe: { httpGet: { path: '/ready', port: 0 }, periodSeconds: 5 },
        livenessProbe: { httpGet: { path: '/live', port: 1234 }, periodSeconds: 10 },
        startupProbe: { tcpSocket: { port: 0 }, periodSeconds: 1 },
      },
      { name: 'sidecar', image: 'dev.local/sidecar:1', terminationMessagePolicy: 'File' },
    ],
  },
};
const unowned = revision(1, ready('Unknown'), {
  ...configuration(service()),
  metadata: { ...configuration().metadata, labels: {}, annotations: {} },
});

it.each([
  { name: 'plain', observed: plain },
  { name: 'rich', observed: rich },
  { name: 'without-service', observed: unowned },
])('makes of a $name revision what is written here', ({ name, observed }) => {
  const text = printed(planRevision({ revision: observed, pods: [], resolved: new Map() }, settings, NOW));
  expect(text).toBe(golden(path.join(import.meta.dirname, `../testdata/revision-${name}.yaml`), text));
});
