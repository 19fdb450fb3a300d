import type { JsonObject } from '@tidegate/kube/json';
import { durationText } from './duration-text.js';
import { podTable } from './pod-columns.js';
import { endpointsTable, serviceTable } from './network-columns.js';
import { jobTable } from './workload-columns.js';

const now = Date.parse('2026-01-02T00:00:00Z');
const born = '2026-01-01T23:00:00Z';

describe('ages', () => {
  it.each([
    [0, '0s'],
    [119, '119s'],
    [120, '2m'],
    [125, '2m5s'],
    [600, '10m'],
    [10_799, '179m'],
    [10_800, '3h'],
    [11_100, '3h5m'],
    [28_800, '8h'],
    [172_800, '2d'],
    [180_000, '2d2h'],
    [691_200, '8d'],
    [63_072_000, '2y'],
    [-5, '<invalid>'],
  ])('%i seconds', (seconds, text) => {
    expect(durationText(seconds * 1000)).toBe(text);
  });
});

describe('pods', () => {
  const pod = (spec: JsonObject, status: JsonObject, metadata: JsonObject = {}): JsonObject => ({
    metadata: { name: 'p', creationTimestamp: born, ...metadata },
    spec: { containers: [{ name: 'a' }, { name: 'b' }], ...spec },
    status,
  });
  const running = { running: {} };
  it.each([
    { name: 'waits', pod: pod({}, { phase: 'Pending' }), cells: ['p', '0/2', 'Pending', '0', '60m'] },
    {
      name: 'runs',
      pod: pod(
        {},
        {
          phase: 'Running',
          containerStatuses: [
            { name: 'a', ready: true, restartCount: 0, state: running },
            { name: 'b', ready: false, restartCount: 0, state: running },
          ],
        },
      ),
      cells: ['p', '1/2', 'Running', '0', '60m'],
    },
    {
      name: 'crashes',
      pod: pod(
        {},
        {
          phase: 'Running',
          containerStatuses: [
            {
              name: 'a',
              ready: false,
              restartCount: 3,
              state: { waiting: { reason: 'CrashLoopBackOff' } },
              lastState: { terminated: { finishedAt: '2026-01-01T23:59:00Z' } },
            },
          ],
        },
      ),
      cells: ['p', '0/2', 'CrashLoopBackOff', '3 (60s ago)', '60m'],
    },
    {
      name: 'initializes',
      pod: pod(
        { initContainers: [{ name: 'i' }] },
        { phase: 'Pending', initContainerStatuses: [{ name: 'i', restartCount: 0, state: running }] },
      ),
      cells: ['p', '0/2', 'Init:0/1', '0', '60m'],
    },
    {
      name: 'fails to initialize',
      pod: pod(
        { initContainers: [{ name: 'i' }] },
        { phase: 'Pending', initContainerStatuses: [{ name: 'i', restartCount: 1, state: { terminated: { exitCode: 2 } } }] },
      ),
      cells: ['p', '0/2', 'Init:ExitCode:2', '1', '60m'],
    },
    { name: 'terminates', pod: pod({}, { phase: 'Running' }, { deletionTimestamp: born }), cells: ['p', '0/2', 'Terminating', '0', '60m'] },
    { name: 'was evicted', pod: pod({}, { phase: 'Failed', reason: 'Evicted' }), cells: ['p', '0/2', 'Evicted', '0', '60m'] },
    {
      name: 'completed',
      pod: pod(
        {},
        {
          phase: 'Succeeded',
          containerStatuses: [{ name: 'a', ready: false, restartCount: 0, state: { terminated: { exitCode: 0, reason: 'Completed' } } }],
        },
      ),
      cells: ['p', '0/2', 'Completed', '0', '60m'],
    },
  ])('one that $name', ({ pod: object, cells }) => {
    expect(podTable.cells(object, now).slice(0, 5)).toEqual(cells);
    expect(podTable.cells(object, now)).toHaveLength(podTable.columns.length);
  });
});

describe('other kinds', () => {
  it('shows the ports of a service', () => {
    const service = {
      metadata: { name: 's' },
      spec: {
        type: 'LoadBalancer',
        clusterIP: '10.0.0.1',
        selector: { b: '2', a: '1' },
        ports: [
          { port: 80, nodePort: 31821, protocol: 'TCP' },
          { port: 53, protocol: 'UDP' },
        ],
      },
    };
    expect(serviceTable.cells(service, now)).toEqual([
      's',
      'LoadBalancer',
      '10.0.0.1',
      '<pending>',
      '80:31821/TCP,53/UDP',
      '<unknown>',
      'a=1,b=2',
    ]);
  });
  it('shortens long lists of endpoints', () => {
    const addresses = ['1', '2', '3', '4', '5'].map((last) => ({ ip: `10.0.0.${last}` }));
    expect(endpointsTable.cells({ metadata: { name: 'e' }, subsets: [{ addresses, ports: [{ port: 80 }] }] }, now)[1]).toBe(
      '10.0.0.1:80,10.0.0.2:80,10.0.0.3:80 + 2 more...',
    );
  });
  it('tells how long a job took', () => {
    const job = {
      metadata: { name: 'j' },
      spec: { completions: 2 },
      status: { succeeded: 2, startTime: born, completionTime: '2026-01-01T23:00:42Z', conditions: [{ type: 'Complete', status: 'True' }] },
    };
    expect(jobTable.cells(job, now).slice(0, 4)).toEqual(['j', 'Complete', '2/2', '42s']);
  });
});
