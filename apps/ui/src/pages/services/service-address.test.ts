import { addressOfId, idOfAddress } from './service-address';

const base64url = (text: string): string => btoa(text).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');

it.each([
  { project: 'shop', kind: 'knative', name: 'web' },
  { project: 'a', kind: 'deployment', name: 'reviews-v1.x' },
  { project: 'kube-system', kind: 'statefulset', name: 'db' },
] as const)('$kind $project/$name there and back, as the API writes it', (address) => {
  const id = idOfAddress(address);
  const kind = { knative: 'KnativeService', deployment: 'Deployment', statefulset: 'StatefulSet' }[address.kind];
  expect(id).toBe(base64url(`${kind}:${address.project}/${address.name}`));
  expect(addressOfId(id)).toEqual(address);
});

it.each([
  { name: 'another kind', id: base64url('Pod:shop/web') },
  { name: 'no id', id: '%%%' },
  { name: 'nothing', id: '' },
])('$name is no service', ({ id }) => expect(addressOfId(id)).toBeUndefined());

it('what was typed with other letters names nothing, and breaks nothing', () =>
  expect(addressOfId(idOfAddress({ project: '项目', kind: 'knative', name: 'é' }))).toEqual({ project: '??', kind: 'knative', name: '?' }));
