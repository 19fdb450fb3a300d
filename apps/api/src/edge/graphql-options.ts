import type { MercuriusDriverConfig } from '@nestjs/mercurius';
import { TidegateError } from '@tidegate/kernel';
import type { FastifyRequest } from 'fastify';
import { type DocumentNode, GraphQLError, type GraphQLSchema, NoSchemaIntrospectionCustomRule, type ValidationRule, specifiedRules, validate } from 'graphql';
import { type GraphqlContext, requireCaller } from './caller.js';
import { statusOf, toGraphqlError, toRequestErrors } from './graphql-errors.js';
import { OpenSubscriptions, codes } from './open-subscriptions.js';
import type { People } from './people.js';
import { persistedDocuments } from './persisted-documents.js';
import { costRule } from './query-cost.js';
import type { RateLimit } from './rate-limit.js';

/** Room for the introspection of clients' tools, which goes deeper than any document of ours. */
const DEEPEST_QUERY = 15;
/** Close codes from 4000 on are the application's own. */
const SIGNED_OUT = 4401;
/** Documents that are kept parsed and validated; the least used goes first. */
const KEPT_DOCUMENTS = 500;

export interface GraphqlLimits {
  /** Whether clients may ask for the schema. It is public; this is for those whose rules forbid it. */
  introspection: boolean;
  /** For operations over WebSocket; requests over HTTP are limited before they are read. */
  rate: RateLimit;
  now: () => number;
}

export function graphqlOptions(people: People, { introspection, rate, now }: GraphqlLimits): Omit<MercuriusDriverConfig, 'driver'> {
  const connections = new WeakMap<object, OpenSubscriptions>();
  const rules: ValidationRule[] = [costRule({}), ...(introspection ? [] : [NoSchemaIntrospectionCustomRule])];
  return {
    autoSchemaFile: true,
    sortSchema: true,
    path: '/graphql',
    graphiql: false,
    queryDepth: DEEPEST_QUERY,
    cache: KEPT_DOCUMENTS,
    // Not compiled (`jit`): graphql-jit 0.8.9 refuses variables and fields of inputs that have a default, against the specification.
    persistedQueryProvider: persistedDocuments(),
    allowBatchedQueries: false,
    validationRules: rules,
    context: (request: FastifyRequest): GraphqlContext => ({ caller: requireCaller(request) }),
    hooks: {
      // The rule above does not know the variables, which say how long pages are.
      preExecution: async (schema, document, _context, variables) => refuse(validate(schema, document, [costRule(variables ?? {})])),
      preSubscriptionExecution: async (schema, document, context, id?: string | number) => {
        requirePace(rate, context.caller.id, now());
        requireValid(schema, document, rules);
        context.subscriptions?.start(String(id));
      },
      onSubscriptionEnd: async (context, id) => context.subscriptions?.stop(String(id)),
    },
    errorFormatter: ({ data, errors }) => ({
      statusCode: data ? 200 : statusOf(errors),
      response: { data: data ?? null, errors: errors.flatMap((e) => toRequestErrors(e)) },
    }),
    subscription: {
      fullWsTransport: true,
      // Called for each operation of a connection.
      context: (socket, request): GraphqlContext => {
        const caller = requireCaller(request);
        let subscriptions = connections.get(socket);
        if (!subscriptions) {
          connections.set(socket, (subscriptions = new OpenSubscriptions()));
          const end = people.watch(caller, () => socket.close(SIGNED_OUT, 'signed out'));
          socket.once('close', end);
        }
        return { caller, subscriptions };
      },
    },
  };
}

/** Mercurius runs what comes over WebSocket without looking at it: rules for subscriptions are applied here. */
function requireValid(schema: GraphQLSchema, document: DocumentNode, rules: readonly ValidationRule[]): void {
  refuse(validate(schema, document, [...specifiedRules, ...rules]));
}

function refuse(errors: readonly GraphQLError[]): void {
  const [first] = errors;
  if (first) throw new GraphQLError(first.message, { extensions: { code: 'API_REQUEST_INVALID' } });
}

function requirePace(rate: RateLimit, caller: string, nowMs: number): void {
  const seconds = rate.take(caller, nowMs);
  if (seconds > 0) throw toGraphqlError(tooManyRequests(seconds));
}

export const tooManyRequests = (seconds: number): TidegateError =>
  new TidegateError(codes.API_TOO_MANY_REQUESTS, 'You send requests faster than this API takes them.', { remedy: `Wait ${seconds} s, and ask for more in one document.` });
