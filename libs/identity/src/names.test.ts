import { nameIsRefused, oneLine } from './names.js';

describe('nameIsRefused', () => {
  it.each([
    { kind: 'account' as const, name: 'ada' },
    { kind: 'account' as const, name: 'a.b-c9' },
    { kind: 'account' as const, name: 'x'.repeat(63) },
    { kind: 'group' as const, name: 'administrators' },
  ])('allows $kind $name', ({ kind, name }) => {
    expect(nameIsRefused(kind, name)).toBeUndefined();
  });

  it.each([
    { kind: 'account' as const, name: 'system:masters', words: 'lower case' },
    { kind: 'account' as const, name: 'system', words: 'reserved' },
    { kind: 'account' as const, name: 'system.admin', words: 'reserved' },
    { kind: 'account' as const, name: 'Ada', words: 'lower case' },
    { kind: 'account' as const, name: 'ada\n', words: 'lower case' },
    { kind: 'account' as const, name: '', words: 'lower case' },
    { kind: 'account' as const, name: '-a', words: 'lower case' },
    { kind: 'account' as const, name: 'аda', words: 'lower case' },
    { kind: 'account' as const, name: 'x'.repeat(64), words: '63 characters' },
    { kind: 'account' as const, name: 'administrators', words: "a group's" },
    { kind: 'group' as const, name: 'everybody', words: 'already' },
    { kind: 'group' as const, name: 'masters', words: 'reserved' },
  ])('refuses $kind $name', ({ kind, name, words }) => {
    expect(nameIsRefused(kind, name)).toContain(words);
  });
});

it('keeps free text on one line', () => {
  expect(oneLine(' Ada\nroot\u001b[31m \u202eevil ', 80)).toBe('Ada root [31m  evil');
  expect(oneLine('x'.repeat(200), 80)).toHaveLength(80);
});
