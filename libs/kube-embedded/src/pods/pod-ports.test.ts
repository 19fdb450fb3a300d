import type { Pod } from '@tidegate/kube';
import { PORTS_ANNOTATION, portVariables, readPodPorts, realPortOf, wantedPodPorts } from './pod-ports.js';

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

it('every TCP port and every container without one gets a real port', () =>
  expect(wantedPodPorts(pod)).toEqual(['8080', '9090', 'side/default']));

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

it('tells each container its own first port', () => {
  const [app, side] = pod.spec!.containers;
  expect([...portVariables(app!, '127.64.0.2', ports)]).toEqual([
    ['HOST', '127.64.0.2'],
    ['PORT', '20001'],
    ['PORT_HTTP', '20001'],
    ['PORT_METRICS_PORT', '20002'],
  ]);
  expect(portVariables(side!, '127.64.0.2', ports).get('PORT')).toBe('20003');
});
