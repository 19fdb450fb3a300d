import { GraphQLError } from 'graphql';
import { toProblem } from './problem';

const SILENT = 'The API does not answer.';
const errors = (...graphQLErrors: GraphQLError[]): Parameters<typeof toProblem>[0] => ({ graphQLErrors });
const of = (message: string, extensions: Record<string, unknown>): GraphQLError => new GraphQLError(message, { extensions });

it.each([
  { name: 'no answer', error: errors(), is: { sentence: SILENT, code: 'AWAY', fields: {} } },
  {
    name: 'a sentence with its remedy',
    error: errors(of('No such release.', { code: 'API_RELEASE_NOT_FOUND', remedy: 'List them.' })),
    is: { sentence: 'No such release.', remedy: 'List them.', code: 'API_RELEASE_NOT_FOUND', fields: {} },
  },
  {
    name: 'fields of an input, the first sentence of each, the same sentence once',
    error: errors(
      of('Too long.', { field: 'input.name' }),
      of('Too long.', { field: 'input.name' }),
      of('Unknown.', { field: 'input.role' }),
    ),
    is: { sentence: 'Too long. Unknown.', fields: { name: 'Too long.', role: 'Unknown.' } },
  },
  { name: 'extensions that are not text', error: errors(of('x', { code: 5, field: ['a'] })), is: { sentence: 'x', fields: {} } },
])('$name', ({ error, is }) => expect(toProblem(error, SILENT)).toEqual(is));
