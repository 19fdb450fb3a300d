import { type Cache, type CacheExchangeOpts, cacheExchange } from '@urql/exchange-graphcache';
import { Client, fetchExchange, mapExchange, subscriptionExchange } from 'urql';
import { socket, tellConnection } from './connection';
import { EMBEDDED_TYPES } from './generated/embedded-types';

const embedded = Object.fromEntries(EMBEDDED_TYPES.map((type) => [type, () => null]));

/** After a change that may show in any list, lists are asked for again; single objects are told by the answer itself. */
function forgetLists(cache: Cache): void {
  for (const { fieldName, arguments: args } of cache.inspectFields('Query')) cache.invalidate('Query', fieldName, args);
}

const cacheOptions: CacheExchangeOpts = {
  keys: embedded,
  updates: { Mutation: new Proxy({}, { get: () => (_result: unknown, _args: unknown, cache: Cache) => forgetLists(cache) }) },
};

export function makeApi(): Client {
  return new Client({
    url: '/graphql',
    preferGetMethod: false,
    requestPolicy: 'cache-and-network',
    exchanges: [
      cacheExchange(cacheOptions),
      mapExchange({
        onResult: ({ error, operation }) => {
          if (operation.kind === 'subscription') return;
          if (error?.response?.status === 401) tellConnection('signed out');
          else tellConnection(error?.networkError ? 'away' : 'live');
        },
      }),
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: ({ query, variables, operationName }) => ({
          subscribe: (sink) => ({
            unsubscribe: socket.subscribe(
              { query: query ?? '', variables, operationName },
              {
                next: (result) => sink.next({ data: result.data ?? undefined, errors: result.errors ? [...result.errors] : undefined }),
                error: (error) => sink.error(error),
                complete: () => sink.complete(),
              },
            ),
          }),
        }),
      }),
    ],
  });
}
