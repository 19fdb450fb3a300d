import type { MercuriusDriverConfig } from '@nestjs/mercurius';
import { TidegateError } from '@tidegate/kernel';
import { KubeApiError } from '@tidegate/kube';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';

/** Decides whether the request that opens a WebSocket is signed in and from an own page. */
export type SocketGuard = (headers: { cookie?: string | undefined; authorization?: string | undefined; host?: string | undefined; origin?: string | undefined }) => boolean;

const DEEPEST_QUERY = 8;

/** Errors of ours carry their code; everything else is told apart from them and says nothing of the inside. */
export function toGraphqlError(error: GraphQLFormattedError & { originalError?: unknown }): GraphQLFormattedError {
  const cause = error.originalError ?? (error instanceof GraphQLError ? error.originalError : undefined);
  const place = { ...(error.locations ? { locations: error.locations } : {}), ...(error.path ? { path: error.path } : {}) };
  if (cause instanceof KubeApiError) return { message: cause.message, ...place, extensions: { code: cause.code, reason: cause.reason, status: cause.status } };
  if (cause instanceof TidegateError) return { message: cause.message, ...place, extensions: { code: cause.code, remedy: cause.remedy } };
  if (cause === undefined || cause === null) return { message: error.message, ...place, extensions: { code: 'API_REQUEST_INVALID' } };
  return { message: 'The API could not answer because of a fault of its own.', ...place, extensions: { code: 'API_INTERNAL' } };
}

export function graphqlOptions(guard: SocketGuard): Omit<MercuriusDriverConfig, 'driver'> {
  return {
    autoSchemaFile: true,
    sortSchema: true,
    path: '/graphql',
    jit: 1,
    graphiql: false,
    queryDepth: DEEPEST_QUERY,
    errorFormatter: (execution) => ({
      statusCode: 200,
      response: { data: execution.data ?? null, errors: execution.errors.map((e) => new GraphQLError(toGraphqlError(e).message, toGraphqlErrorOptions(e))) },
    }),
    subscription: { fullWsTransport: true, verifyClient: (info, next) => next(guard(info.req.headers)) },
  };
}

function toGraphqlErrorOptions(error: GraphQLError): { extensions: Record<string, unknown>; path?: readonly (string | number)[] } {
  const formatted = toGraphqlError(error);
  return { extensions: { ...formatted.extensions }, ...(formatted.path ? { path: formatted.path } : {}) };
}
