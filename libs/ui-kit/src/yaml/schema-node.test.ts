import { keyChoices, nodeAt, type SchemaNode, valueChoices } from './schema-node';

const names = new Map<string, SchemaNode>([
  [
    '#/Container',
    { type: 'object', required: ['name'], properties: { image: { type: 'string' }, name: { type: 'string' }, tty: { type: 'boolean' } } },
  ],
  ['#/Loop', { $ref: '#/Loop' }],
]);
const root: SchemaNode = {
  type: 'object',
  properties: {
    containers: { type: 'array', items: { allOf: [{ $ref: '#/Container' }] } },
    labels: { type: 'object', additionalProperties: { type: 'string', enum: ['a', 'b'] } },
    loop: { $ref: '#/Loop' },
  },
};
const at = (...path: string[]): SchemaNode | undefined => nodeAt(root, path, names);

it('offers required keys first, and none that is there already', () => {
  expect(keyChoices(at('containers', '[]'), ['image'], names).map((c) => [c.key, c.required])).toEqual([
    ['name', true],
    ['tty', false],
  ]);
});
it.each([
  { name: 'values of an enum, under any key', got: valueChoices(at('labels', 'x')), is: ['a', 'b'] },
  { name: 'values of a boolean', got: valueChoices(at('containers', '[]', 'tty')), is: ['true', 'false'] },
  { name: 'any text', got: valueChoices(at('containers', '[]', 'name')), is: [] },
  { name: 'a path that is not known', got: valueChoices(at('none', 'x')), is: [] },
  { name: 'a reference to itself', got: valueChoices(at('loop')), is: [] },
])('$name', ({ got, is }) => expect(got).toEqual(is));
