import { personOf } from './as-caller.js';

it('lets people through as they are', () => {
  expect(personOf({ user: 'tidegate:ada', groups: ['tidegate:blue'] })).toEqual({ user: 'tidegate:ada', groups: ['tidegate:blue'] });
});

it.each([
  { user: 'system:admin', groups: [] },
  { user: 'tidegate:ada', groups: ['system:masters'] },
  { user: 'tidegate:ada', groups: ['tidegate:system:masters'] },
  { user: 'ada', groups: [] },
  { user: 'tidegate:', groups: [] },
  { user: 'tidegate:ada', groups: [''] },
])('refuses $user with $groups', (caller) => {
  expect(() => personOf(caller)).toThrow('refusing to act as');
});
