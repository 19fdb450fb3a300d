import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { GqlExecutionContext } from '@nestjs/graphql';
import type { GraphQLResolveInfo } from 'graphql';
import { type GraphqlContext, requireScope } from './caller.js';

/** A token reads with the scope `read` and changes with `write`. */
@Injectable()
export class ScopeGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const graphql = GqlExecutionContext.create(context);
    const { caller } = graphql.getContext<GraphqlContext>();
    const { parentType } = graphql.getInfo<GraphQLResolveInfo>();
    requireScope(caller, parentType.name === 'Mutation' ? 'write' : 'read');
    return true;
  }
}
