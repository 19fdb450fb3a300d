import { parseAllDocuments } from 'yaml';
import { type NewService, plannedManifest, readEnv } from './planned-manifest';

const INPUT: NewService = { project: 'shop', name: 'web', image: 'web:1', kind: 'knative', port: 8080, pods: 0, env: 'A=1\n\nB=x=y' };
const read = (input: NewService): unknown[] => parseAllDocuments(plannedManifest(input)).map((d) => d.toJS() as unknown);

it('a Knative Service that may sleep', () =>
  expect(read(INPUT)).toEqual([
    {
      apiVersion: 'serving.knative.dev/v1',
      kind: 'Service',
      metadata: { name: 'web', namespace: 'shop' },
      spec: {
        template: {
          metadata: { annotations: { 'autoscaling.knative.dev/min-scale': '0' } },
          spec: {
            containers: [
              {
                name: 'app',
                image: 'web:1',
                ports: [{ containerPort: 8080 }],
                env: [
                  { name: 'A', value: '1' },
                  { name: 'B', value: 'x=y' },
                ],
              },
            ],
          },
        },
      },
    },
  ]));

it('a Deployment with a version, and the Service that selects it', () =>
  expect(read({ ...INPUT, kind: 'deployment', pods: 2, env: '' })).toMatchObject([
    {
      kind: 'Deployment',
      metadata: { name: 'web-v1' },
      spec: { replicas: 2, selector: { matchLabels: { app: 'web', version: 'v1' } }, template: { metadata: { labels: { app: 'web', version: 'v1' } } } },
    },
    { kind: 'Service', metadata: { name: 'web' }, spec: { selector: { app: 'web' }, ports: [{ port: 8080, targetPort: 8080 }] } },
  ]));

it('what is typed stays a text', () => {
  const image = 'x" }\nkind: Secret\n#';
  expect(read({ ...INPUT, image, env: 'A="\\n: }' })).toMatchObject([{ kind: 'Service', spec: { template: { spec: { containers: [{ image, env: [{ value: '"\\n: }' }] }] } } } }]);
});

it.each([
  { text: 'A=1\nno value', is: { env: [{ name: 'A', value: '1' }], badLine: 2 } },
  { text: '1A=2', is: { env: [], badLine: 1 } },
  { text: 'A=', is: { env: [{ name: 'A', value: '' }] } },
])('$text', ({ text, is }) => expect(readEnv(text)).toEqual(is));
