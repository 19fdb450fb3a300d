import type { MercuriusDriverConfig } from '@nestjs/mercurius';
import type { FastifyRequest } from 'fastify';
import { type GraphqlContext, requireCaller } from './caller.js';
import { statusOf, toRequestErrors } from './graphql-errors.js';
import type { People } from './people.js';

/** Room for the introspection of clients' tools, which goes deeper than any document of ours. */
const DEEPEST_QUERY = 15;
/** Close codes from 4000 on are the application's own. */
const SIGNED_OUT = 4401;

export function graphqlOptions(people: People): Omit<MercuriusDriverConfig, 'driver'> {
  const watched = new WeakSet<object>();
  return {
    autoSchemaFile: true,
    sortSchema: true,
    path: '/graphql',
    graphiql: false,
    queryDepth: DEEPEST_QUERY,
    context: (request: FastifyRequest): GraphqlContext => ({ caller: requireCaller(request) }),
    errorFormatter: ({ data, errors }) => ({
      statusCode: data ? 200 : statusOf(errors),
      response: { data: data ?? null, errors: errors.flatMap((e) => toRequestErrors(e)) },
    }),
    subscription: {
      fullWsTransport: true,
      // Called for each operation of a connection.
      context: (socket, request): GraphqlContext => {
        const caller = requireCaller(request);
        if (!watched.has(socket)) {
          watched.add(socket);
          const end = people.watch(caller, () => socket.close(SIGNED_OUT, 'signed out'));
          socket.once('close', end);
        }
        return { caller };
      },
    },
  };
}
