import type { Pod } from '@tidegate/kube';
import { restartsByResize } from './resize.js';

const pod = (memory: string, restartPolicy: string): Pod => ({
  spec: { containers: [{ name: 'c', resources: { limits: { memory, cpu: '1' } }, resizePolicy: [{ resourceName: 'memory', restartPolicy }] }] },
});

it.each([
  { name: 'that says so', before: pod('1Gi', 'RestartContainer'), now: pod('2Gi', 'RestartContainer'), restarted: ['c'] },
  { name: 'not one that need not', before: pod('1Gi', 'NotRequired'), now: pod('2Gi', 'NotRequired'), restarted: [] },
  { name: 'not one that stays as it is', before: pod('1Gi', 'RestartContainer'), now: pod('1Gi', 'RestartContainer'), restarted: [] },
])('restarts a container $name', ({ before, now, restarted }) => expect(restartsByResize(before, now)).toEqual(restarted));
