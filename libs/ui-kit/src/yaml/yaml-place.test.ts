import { yamlPlace } from './yaml-place';

/** `|` is the cursor. */
function at(text: string): ReturnType<typeof yamlPlace> {
  const lines = text.split('\n');
  const line = lines.findIndex((l) => l.includes('|'));
  const column = lines[line]?.indexOf('|') ?? 0;
  return yamlPlace(
    lines.map((l) => l.replace('|', '')),
    line,
    column,
  );
}

it.each([
  { name: 'the top', text: 'kind: Pod\n|', path: [], siblings: ['kind'], valueOf: undefined },
  { name: 'a mapping', text: 'spec:\n  replicas: 1\n  |', path: ['spec'], siblings: ['replicas'], valueOf: undefined },
  { name: 'a value', text: 'spec:\n  type: |', path: ['spec'], siblings: [], valueOf: 'type' },
  {
    name: 'an item, at its first key',
    text: 'spec:\n  containers:\n    - |',
    path: ['spec', 'containers', '[]'],
    siblings: [],
    valueOf: undefined,
  },
  {
    name: 'an item, at its second key',
    text: 'spec:\n  containers:\n    - name: a\n      |\n    - name: b',
    path: ['spec', 'containers', '[]'],
    siblings: ['name'],
    valueOf: undefined,
  },
  {
    name: 'a list that is not indented',
    text: 'spec:\n  containers:\n  - name: a\n    |',
    path: ['spec', 'containers', '[]'],
    siblings: ['name'],
    valueOf: undefined,
  },
  {
    name: 'a mapping inside of an item',
    text: 'containers:\n  - name: a\n    resources:\n      |',
    path: ['containers', '[]', 'resources'],
    siblings: [],
    valueOf: undefined,
  },
  { name: 'the next document', text: 'a:\n  b: 1\n---\nkind: x\n|', path: [], siblings: ['kind'], valueOf: undefined },
])('$name', ({ text, path, siblings, valueOf }) => expect(at(text)).toEqual({ path, siblings, valueOf }));
