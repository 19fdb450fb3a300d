import fc from 'fast-check';
import { type HeaderChanges, mergeHeaderChanges, readHeaderModifier, toEnvoyHeaders } from './header-changes.js';

/** As Envoy applies them: remove, then set and add. */
function apply(headers: ReadonlyMap<string, string>, changes: HeaderChanges): Map<string, string> {
  const after = new Map(headers);
  for (const name of changes.remove) after.delete(name);
  for (const [name, value] of changes.set) after.set(name, value);
  for (const { name, value } of changes.add) after.set(name, after.has(name) ? `${after.get(name)},${value}` : value);
  return after;
}

const name = fc.constantFrom('a', 'b', 'c');
const header = fc.record({ name, value: fc.constantFrom('1', '2') });
const modifier = fc.record({
  set: fc.array(header, { maxLength: 2 }),
  add: fc.array(header, { maxLength: 2 }),
  remove: fc.array(name, { maxLength: 2 }),
});
/** One name in one list, as the Gateway API asks. */
const sane = modifier.filter(({ set, add, remove }) => {
  const names = [...set.map((h) => h.name), ...add.map((h) => h.name), ...remove];
  return new Set(names).size === names.length;
});

describe('mergeHeaderChanges', () => {
  it('does in one step what both do one after the other', () => {
    const headers = new Map([
      ['a', 'x'],
      ['b', 'y'],
    ]);
    fc.assert(
      fc.property(sane, sane, (first, then) => {
        const one = readHeaderModifier(first);
        const two = readHeaderModifier(then);
        expect(apply(headers, mergeHeaderChanges(one, two))).toEqual(apply(apply(headers, one), two));
      }),
    );
  });
});

describe('toEnvoyHeaders', () => {
  it('takes percent signs as they are', () => {
    const changes = readHeaderModifier({ set: [{ name: 'X-Share', value: '50%' }] });
    expect(toEnvoyHeaders(changes, 'request')).toEqual({
      request_headers_to_add: [{ header: { key: 'x-share', value: '50%%' }, append_action: 'OVERWRITE_IF_EXISTS_OR_ADD' }],
    });
  });
});
