import { type ExecutionContext, createParamDecorator } from '@nestjs/common';
import { GqlExecutionContext } from '@nestjs/graphql';
import type { Caller, CredentialScope } from '@tidegate/access';
import { TidegateError, defineErrors } from '@tidegate/kernel';
import type { FastifyRequest } from 'fastify';

export const codes = defineErrors({
  API_SCOPE_MISSING: 'The token was made without the scope that the call needs.',
  API_PASSWORD_EXPIRED: 'A new password has to be chosen first.',
});

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the edge before any route runs, where somebody is signed in. */
    caller?: Caller;
    mustChangePassword?: boolean;
  }
}

/** What resolvers get as context, over HTTP and WebSocket alike. */
export interface GraphqlContext {
  caller: Caller;
}

/** The caller of a GraphQL operation, as a resolver's parameter. */
export const CurrentCaller = createParamDecorator((_: unknown, context: ExecutionContext): Caller => GqlExecutionContext.create(context).getContext<GraphqlContext>().caller);

/** The edge lets nobody through without a caller; this is for types. */
export function requireCaller(request: FastifyRequest): Caller {
  if (!request.caller) throw new Error('a route ran without a caller');
  return request.caller;
}

/** Throws API_SCOPE_MISSING. A scope only narrows: RBAC decides afterwards. */
export function requireScope(caller: Pick<Caller, 'scopes'>, scope: CredentialScope): void {
  if (caller.scopes.includes(scope)) return;
  throw new TidegateError(codes.API_SCOPE_MISSING, `This token was made without the scope "${scope}".`, { remedy: 'Create one that has it.' });
}
