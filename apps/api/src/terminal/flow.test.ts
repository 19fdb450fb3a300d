import { Flow } from './flow.js';

it('lets the source wait above the bound, and go on below half of it', () => {
  const seen: string[] = [];
  const flow = new Flow({ pause: () => seen.push('pause'), resume: () => seen.push('resume') }, 100);
  const [first, second, third] = [flow.take(60), flow.take(30), flow.take(30)];
  expect(seen).toEqual(['pause']);
  flow.take(5)();
  first();
  expect(seen).toEqual(['pause']);
  second();
  expect(seen).toEqual(['pause', 'resume']);
  third();
  expect({ seen, bytes: flow.bytes, isHeld: flow.isHeld }).toEqual({ seen: ['pause', 'resume'], bytes: 125, isHeld: false });
});
