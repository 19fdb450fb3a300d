import type { MercuriusDriverConfig } from '@nestjs/mercurius';
import { statusOf, toRequestErrors } from './graphql-errors.js';

/** Decides whether the request that opens a WebSocket is signed in and from an own page. */
export type SocketGuard = (headers: {
  cookie?: string | undefined;
  authorization?: string | undefined;
  host?: string | undefined;
  origin?: string | undefined;
}) => boolean;

/** Room for the introspection of clients' tools, which goes deeper than any document of ours. */
const DEEPEST_QUERY = 15;

export function graphqlOptions(guard: SocketGuard): Omit<MercuriusDriverConfig, 'driver'> {
  return {
    autoSchemaFile: true,
    sortSchema: true,
    path: '/graphql',
    graphiql: false,
    queryDepth: DEEPEST_QUERY,
    errorFormatter: ({ data, errors }) => ({
      statusCode: data ? 200 : statusOf(errors),
      response: { data: data ?? null, errors: errors.flatMap((e) => toRequestErrors(e)) },
    }),
    subscription: { fullWsTransport: true, verifyClient: (info, next) => next(guard(info.req.headers)) },
  };
}
