import { OidcProvider, personFromClaims } from './claims.js';

const provider = (more: object = {}) => OidcProvider.parse({ name: 'corp', issuer: 'https://id.example.com', clientId: 'tidegate', groupsClaim: 'groups', ...more });

describe('personFromClaims', () => {
  it.each([
    {
      name: 'the usual person',
      given: provider({ groupPrefix: 'corp-' }),
      claims: { sub: '7', preferred_username: 'Ada.Lovelace', name: 'Ada Lovelace', email: 'ada@example.com', groups: ['Blue', 'Red Team'] },
      person: { subject: '7', account: 'ada.lovelace', displayName: 'Ada Lovelace', email: 'ada@example.com', groups: ['corp-blue', 'corp-red-team'] },
    },
    {
      name: 'groups count only when mapped or prefixed',
      given: provider({ groupMap: { 'cn=blue': 'blue' } }),
      claims: { sub: '7', preferred_username: 'ada', groups: ['cn=blue', 'administrators', 'other'] },
      person: { groups: ['blue'] },
    },
    {
      name: 'administrators only by the map',
      given: provider({ groupMap: { ops: 'administrators' } }),
      claims: { sub: '7', preferred_username: 'ada', groups: 'ops' },
      person: { groups: ['administrators'] },
    },
    {
      name: 'a prefix that would make an administrator',
      given: provider({ groupPrefix: 'admin' }),
      claims: { sub: '7', preferred_username: 'ada', groups: ['istrators'] },
      person: { groups: [] },
    },
    { name: 'system names', given: provider(), claims: { sub: '7', preferred_username: 'system:masters' }, person: { account: 'system-masters' } },
    { name: 'a reserved name', given: provider(), claims: { sub: '7', preferred_username: 'SYSTEM' }, person: { account: undefined } },
    { name: 'a name of another script', given: provider(), claims: { sub: '7', preferred_username: '艾达' }, person: { account: undefined } },
    { name: 'no name: the part of the address', given: provider(), claims: { sub: '7', email: 'ada@example.com' }, person: { account: 'ada' } },
    { name: 'an address that is not verified', given: provider(), claims: { sub: '7', email: 'a@b.c', email_verified: false }, person: { email: undefined } },
    { name: 'claims of wrong types', given: provider(), claims: { sub: 7, name: {}, groups: [1, null, {}] }, person: { subject: '', groups: [] } },
    { name: 'names of prototypes', given: provider(), claims: { sub: '7', groups: ['constructor', '__proto__'] }, person: { groups: [] } },
  ])('$name', ({ given, claims, person }) => {
    expect(personFromClaims(given, claims)).toMatchObject(person);
  });
});
