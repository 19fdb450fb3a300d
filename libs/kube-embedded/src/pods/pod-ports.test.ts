import type { Pod } from '@tidegate/kube';
import { PORTS_ANNOTATION, portVariables, readPodPorts, realPortOf, wantedPorts } from './pod-ports.js';

const pod: Pod = {
  metadata: { annotations: { [PORTS_ANNOTATION]: '{"8080":20001,"9090":20002,"side/default":20003,"bad":"x"}' } },
  spec: {
    containers: [
      {
        name: 'app',
        ports: [
          { containerPort: 8080, name: 'http' },
          { containerPort: 9090, name: 'metrics-port' },
          { containerPort: 53, protocol: 'UDP' },
        ],
      },
      { name: 'side' },
    ],
  },
};
const ports = readPodPorts(pod);
const [app = { name: '' }, side = { name: '' }] = pod.spec?.containers ?? [];

it.each([
  { name: 'every TCP port of the manifest', container: app, exposed: [], wanted: ['8080', '9090'] },
  { name: 'those of the manifest before those of the image', container: app, exposed: [3000, 9090], wanted: ['8080', '9090', '3000'] },
  { name: 'those of the image', container: side, exposed: [3000, 3001], wanted: ['3000', '3001'] },
  { name: 'one where nobody names any', container: side, exposed: [], wanted: ['side/default'] },
  { name: 'none for an init container', container: { name: 'init' }, exposed: [3000], wanted: [] },
])('real ports: $name', ({ container, exposed, wanted }) => expect(wantedPorts(pod, container, exposed)).toEqual(wanted));

it('reads the annotation and leaves nonsense out', () => {
  expect([...ports]).toEqual([
    ['8080', 20001],
    ['9090', 20002],
    ['side/default', 20003],
  ]);
  expect(readPodPorts({ metadata: { annotations: { [PORTS_ANNOTATION]: '{' } } })).toEqual(new Map());
});

it.each<[number | string, number | undefined]>([
  [8080, 20001],
  ['http', 20001],
  ['metrics-port', 20002],
  [7070, 20003],
  ['unknown', undefined],
])('%s is really %s', (target, real) => expect(realPortOf(pod, ports, target)).toBe(real));

it('tells each container its own ports', () => {
  expect([...portVariables(app, [], '127.64.0.2', ports)]).toEqual([
    ['HOST', '127.64.0.2'],
    ['PORT', '20001'],
    ['PORT_8080', '20001'],
    ['PORT_9090', '20002'],
    ['PORT_HTTP', '20001'],
    ['PORT_METRICS_PORT', '20002'],
  ]);
  expect([...portVariables(side, [], '127.64.0.2', ports)]).toEqual([
    ['HOST', '127.64.0.2'],
    ['PORT', '20003'],
  ]);
});

it('ports of an image are real ones too', () => {
  const found = new Map([
    ['3000', 20004],
    ['3001', 20005],
  ]);
  const bare: Pod = { spec: { containers: [{ name: 'echo' }] } };
  expect([...portVariables({ name: 'echo' }, [3000, 3001], '127.64.0.2', found)]).toEqual([
    ['HOST', '127.64.0.2'],
    ['PORT', '20004'],
    ['PORT_3000', '20004'],
    ['PORT_3001', '20005'],
  ]);
  expect([3000, 3001, 3002].map((target) => realPortOf(bare, found, target))).toEqual([20004, 20005, 3002]);
});
