import { kindText, readKinds, USUAL_KINDS } from './kinds';

it('reads kinds as it writes them', () => {
  const kinds = readKinds(USUAL_KINDS);
  expect(kinds).toEqual([
    { group: 'apps', kind: 'Deployment' },
    { group: 'apps', kind: 'StatefulSet' },
    { group: '', kind: 'Service' },
    { group: 'serving.knative.dev', kind: 'Service' },
  ]);
  expect('wrong' in kinds ? '' : kinds.map(kindText).join('\n')).toBe(USUAL_KINDS);
});

it.each([
  ['', []],
  ['apps/Deployment', { wrong: 'apps/Deployment' }],
  ['Service\nno kind', { wrong: 'no kind' }],
])('reads %j', (text, read) => expect(readKinds(text)).toEqual(read));
