import { PLACES, placesFor } from './places';

const words = (person: Parameters<typeof placesFor>[0]): string[] => placesFor(person).map((p) => p.word);

const EVERYBODY = ['services', 'map', 'releases', 'projects', 'workspaces', 'settings'];

it.each([
  { name: 'nobody yet', person: undefined, is: EVERYBODY },
  { name: 'a person', person: { administrator: false, hasAccounts: true }, is: EVERYBODY },
  { name: 'an owner without a database', person: { administrator: true, hasAccounts: false }, is: EVERYBODY },
  { name: 'an administrator', person: { administrator: true, hasAccounts: true }, is: PLACES.map((p) => p.word) },
])('$name', ({ person, is }) => expect(words(person)).toEqual(is));

it('each has a key of its own', () => expect(new Set(PLACES.map((p) => p.key)).size).toBe(PLACES.length));
