import { Flow } from './flow.js';

it('lets the source wait above the bound, and go on below half of it', () => {
  const seen: string[] = [];
  const flow = new Flow({ pause: () => seen.push('pause'), resume: () => seen.push('resume') }, 100);
  for (const bytes of [60, 40]) flow.take(bytes);
  expect(seen).toEqual([]);
  flow.take(20);
  flow.take(5);
  expect({ seen, isHeld: flow.isHeld }).toEqual({ seen: ['pause'], isHeld: true });
  flow.arrived(60);
  expect(seen).toEqual(['pause']);
  flow.arrived(15);
  expect({ seen, isHeld: flow.isHeld }).toEqual({ seen: ['pause', 'resume'], isHeld: false });
});

it('believes nobody who tells of more than was on its way', () => {
  const seen: string[] = [];
  const flow = new Flow({ pause: () => seen.push('pause'), resume: () => seen.push('resume') }, 100);
  flow.take(10);
  flow.arrived(1_000_000);
  flow.take(101);
  expect(seen).toEqual(['pause']);
});
