import { attachCommands, namesFor, overlap, podNetworkOf, removalCommands } from './pod-network-plan.js';

const plan = podNetworkOf(5);

describe('networks of pods', () => {
  it('gives every instance a range and names of its own', () => {
    expect(plan).toMatchObject({ bridge: 'tidegate5', gateway: '100.69.0.1', services: '127.69.0.0/16', api: '127.69.0.1' });
    expect(namesFor(plan, '100.69.3.7')).toEqual({ namespace: 'tidegate5-3-7', cable: 'td5-3-7' });
    expect(namesFor(podNetworkOf(63), '100.127.255.254').cable.length).toBeLessThanOrEqual(15);
  });

  it('leads the addresses of Services out of the pod', () => {
    const { machine, inside } = attachCommands(plan, '100.69.3.7');
    expect(machine).toEqual(['netns add tidegate5-3-7', 'link add td5-3-7 type veth peer name eth0 netns tidegate5-3-7', 'link set td5-3-7 master tidegate5 up']);
    expect(inside).toContain('route add 127.69.0.0/16 via 100.69.0.1');
    expect(inside).toContain('address add 100.69.3.7/16 dev eth0');
  });

  it('removes what is its own and nothing else', () => {
    const found = removalCommands(plan, ['tidegate5-0-2', 'tidegate51-0-2', 'mine', 'tidegate5-0-3'], ['lo', 'td5-0-2', 'td51-0-2', 'tidegate5', 'tidegate51']);
    expect(found).toEqual(['link delete td5-0-2', 'netns delete tidegate5-0-2', 'netns delete tidegate5-0-3', 'link delete tidegate5']);
  });

  it.each([
    { name: 'a network around it', destination: '100.64.0.0/10', device: 'wg0', found: true },
    { name: 'an address inside', destination: '100.69.7.7', device: 'eth0', found: true },
    { name: 'its neighbour', destination: '100.70.0.0/16', device: 'tidegate6', found: false },
    { name: 'its own bridge', destination: '100.69.0.0/16', device: 'tidegate5', found: false },
    { name: 'the default route', destination: 'default', device: 'eth0', found: false },
  ])('sees that the machine has $name', ({ destination, device, found }) => {
    expect(overlap(plan, [{ destination, device }])).toBe(found ? destination : undefined);
  });
});
