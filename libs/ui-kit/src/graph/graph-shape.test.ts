import { type GraphContent, nodeMatches, shapeOf } from './graph-shape';

const node = { id: 'a', title: 'reviews', lines: ['12/s'], tone: 'good' } as const;
const content: GraphContent = {
  boxes: [],
  nodes: [node, { ...node, id: 'b' }],
  edges: [{ id: 'e', source: 'a', target: 'b', label: '1/s', tone: 'good', load: 1 }],
};

it.each([
  { name: 'other numbers', other: { ...content, nodes: content.nodes.map((n) => ({ ...n, lines: ['99/s'] })) }, same: true },
  { name: 'another order', other: { ...content, nodes: content.nodes.toReversed() }, same: true },
  { name: 'a node that grew', other: { ...content, nodes: content.nodes.map((n) => ({ ...n, lines: ['1', '2'] })) }, same: false },
  { name: 'an edge that went', other: { ...content, edges: [] }, same: false },
])('$name: same shape $same', ({ other, same }) => expect(shapeOf(other) === shapeOf(content)).toBe(same));

it.each([
  { text: '', found: true },
  { text: 'REV', found: true },
  { text: '12/', found: true },
  { text: 'asleep', found: false },
])('find "$text": $found', ({ text, found }) => expect(nodeMatches(node, text)).toBe(found));
