import { plannedMigrations, readMigrations, type Migration } from './migrate.js';

const migration = (name: string): Migration => ({ name, sql: '', checksum: '' });
const known = [migration('0001_a'), migration('0002_b'), migration('0003_c')];

describe('plannedMigrations', () => {
  it.each([
    { name: 'a new database gets all, in order', recorded: [], planned: ['0001_a', '0002_b', '0003_c'] },
    { name: 'those that are done are not done again', recorded: [{ name: '0001_a', finished: true }], planned: ['0002_b', '0003_c'] },
    {
      name: 'one that did not finish is tried again',
      recorded: [
        { name: '0001_a', finished: true },
        { name: '0002_b', finished: false },
      ],
      planned: ['0002_b', '0003_c'],
    },
  ])('$name', ({ recorded, planned }) => {
    expect(plannedMigrations(known, recorded).map((m) => m.name)).toEqual(planned);
  });

  it('refuses a database that knows more', () => {
    expect(() => plannedMigrations(known, [{ name: '0004_later', finished: true }])).toThrow(/"0004_later", which this Tidegate does not know/);
  });
});

it('reads the migrations of this version in order, each with its checksum', async () => {
  const migrations = await readMigrations();
  expect(migrations.map((m) => m.name)).toEqual([...migrations.map((m) => m.name)].sort());
  expect(migrations[0]).toMatchObject({ name: '0001_people_and_history', checksum: expect.stringMatching(/^[0-9a-f]{64}$/) });
});
