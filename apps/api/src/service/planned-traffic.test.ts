import { plannedTraffic } from './planned-traffic.js';

const revisions = new Set(['hello-1', 'hello-2']);

it('writes revisions by name, and the newest as the newest', () => {
  expect(plannedTraffic([{ revision: 'hello-1', percent: 90, tag: 'old' }, { percent: 10 }], revisions)).toEqual([
    { revisionName: 'hello-1', latestRevision: false, percent: 90, tag: 'old' },
    { latestRevision: true, percent: 10 },
  ]);
});

it.each([
  { name: 'no targets', targets: [], field: 'input.targets', says: '1 to 20 targets' },
  { name: 'less than everything', targets: [{ percent: 60 }], field: 'input.targets', says: 'make 60' },
  { name: 'a share below zero', targets: [{ percent: 160 }, { revision: 'hello-1', percent: -60 }], field: 'input.targets.0.percent', says: 'no percentage' },
  { name: 'a revision of another service', targets: [{ percent: 50 }, { revision: 'other-1', percent: 50 }], field: 'input.targets.1.revision', says: 'no revision "other-1"' },
  { name: 'a tag that is no host', targets: [{ percent: 100, tag: 'A_b' }], field: 'input.targets.0.tag', says: 'A tag is' },
  { name: 'one tag twice', targets: [{ percent: 50, tag: 'x' }, { revision: 'hello-1', percent: 50, tag: 'x' }], field: 'input.targets.1.tag', says: 'Two targets' },
])('refuses $name, and says where', ({ targets, field, says }) => {
  const refused = (): unknown => plannedTraffic(targets, revisions);
  expect(refused).toThrow(says);
  expect(refused).toThrow(expect.objectContaining({ field }));
});
