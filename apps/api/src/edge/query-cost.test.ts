import { buildSchema, parse, validate } from 'graphql';
import { costRule } from './query-cost.js';

const schema = buildSchema(`
  type Query { services(first: Int, after: String): ServiceConnection! service: Service me: Me }
  type Me { id: ID! }
  type ServiceConnection { edges: [ServiceEdge!]! totalCount: Int! }
  type ServiceEdge { cursor: String! node: Service! }
  interface Node { id: ID! }
  type Service implements Node { id: ID! name: String pods(first: Int): PodConnection! tags: [Tag!]! }
  type PodConnection { edges: [PodEdge!]! }
  type PodEdge { node: Pod! }
  type Pod { id: ID! }
  type Tag { key: String value: String }
`);
const said = (query: string, variables: Record<string, unknown> = {}): string => validate(schema, parse(query), [costRule(variables)])[0]?.message ?? '';
const aliases = (n: number, of: string): string => Array.from({ length: n }, (_, i) => `a${i}: ${of}`).join(' ');

it.each([
  { name: 'one object', query: '{ me { id } }', says: '' },
  { name: 'a thousand services with their fields', query: '{ services(first: 1000) { totalCount edges { cursor node { id name tags { key value } } } } }', says: '' },
  { name: 'pages in pages', query: '{ services(first: 1000) { edges { node { pods(first: 1000) { edges { node { id } } } } } } }', says: 'costs more than' },
  { name: 'pages in pages by variables', query: 'query($n: Int) { services(first: $n) { edges { node { pods(first: $n) { edges { node { id } } } } } } }', variables: { n: 1000 }, says: 'costs more than' },
  { name: 'small pages in pages', query: 'query($n: Int) { services(first: $n) { edges { node { pods(first: $n) { edges { node { id } } } } } } }', variables: { n: 20 }, says: '' },
  { name: 'a page larger than there is', query: '{ services(first: 2000000000) { edges { node { id } } } }', says: '' },
  { name: 'a flood of aliases', query: `{ ${aliases(31, 'me { id }')} }`, says: 'more than 30 things' },
  { name: 'a flood of aliases in fragments', query: `{ ...A ...B } fragment A on Query { ${aliases(16, 'me { id }')} } fragment B on Query { ${aliases(16, 'me { id }').replaceAll('a', 'b')} }`, says: 'more than 30 things' },
  { name: 'fragments that multiply', query: `{ service { ...F0 } } ${Array.from({ length: 20 }, (_, i) => `fragment F${i} on Service { x${i}: name ...F${i + 1} ...F${i + 1} }`).join(' ')} fragment F20 on Service { id }`, says: 'costs more than' },
  { name: 'a fragment inside itself', query: '{ service { ...F } } fragment F on Service { id ...F }', says: '' },
  { name: 'a document of thousands of fields', query: `{ service { ${aliases(2_001, 'id')} } }`, says: 'more than 2000 fields' },
])('$name', ({ query, variables, says }) => {
  expect(said(query, variables)).toContain(says);
  if (says === '') expect(said(query, variables)).toBe('');
});
