import { z } from 'zod';
import { readConfig } from './config.js';

describe('readConfig', () => {
  const schema = z.strictObject({ port: z.int(), name: z.string().default('x') });
  it('fills defaults', () => expect(readConfig(schema, { port: 1 }, 'test')).toEqual({ port: 1, name: 'x' }));
  it('reports all problems together, with the source', () => {
    expect(() => readConfig(schema, { port: 'a', colour: 1 }, 'settings.yaml')).toThrow(/settings\.yaml[^]*port[^]*colour/);
  });
});
