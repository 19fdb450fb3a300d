import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import { TidegateError, causeChain, type Logger } from '@tidegate/kernel';
import { KubeApiError } from '@tidegate/kube';
import { InputError } from '@tidegate/identity';
import { GraphQLError } from 'graphql';
import { InvalidInput } from './input.js';

/** Of one refusal of Kubernetes. */
const MOST_FIELDS = 50;

/** Errors of ours carry their code and remedy; of everything else nothing of the inside is told. */
export function toGraphqlError(error: unknown): GraphQLError {
  if (error instanceof GraphQLError) return error;
  if (error instanceof KubeApiError) {
    const fields = (error.details?.causes ?? []).slice(0, MOST_FIELDS).flatMap(({ field, message }) => (field ? [{ field, message: message ?? '' }] : []));
    return new GraphQLError(error.message, { extensions: { code: error.code, reason: error.reason, status: error.status, ...(fields.length > 0 ? { fields } : {}) } });
  }
  if (error instanceof TidegateError) {
    const field = error instanceof InvalidInput || error instanceof InputError ? { field: error.field } : {};
    return new GraphQLError(error.message, { extensions: { code: error.code, ...(error.remedy ? { remedy: error.remedy } : {}), ...field } });
  }
  return new GraphQLError('The API could not answer because of a fault of its own.', { extensions: { code: 'API_INTERNAL' } });
}

/** Converts what a resolver throws, once, for both transports: Mercurius formats errors of queries over HTTP alone. */
@Catch()
export class ResolverErrors implements ExceptionFilter {
  constructor(private readonly log: Logger) {}
  catch(error: unknown, _host: ArgumentsHost): GraphQLError {
    const answer = toGraphqlError(error);
    if (answer.extensions['code'] === 'API_INTERNAL') this.log.error({ because: causeChain(error) }, 'a resolver failed');
    return answer;
  }
}

/** What was wrong with a document, each finding on its own. Resolvers' errors have their code already. */
export function toRequestErrors(error: Pick<GraphQLError, 'message' | 'extensions' | 'path' | 'originalError'>): GraphQLError[] {
  if (typeof error.extensions['code'] === 'string') {
    return [new GraphQLError(error.message, { extensions: error.extensions, path: error.path ?? null })];
  }
  const found = (error.originalError as { errors?: unknown } | undefined)?.errors;
  const messages = Array.isArray(found) && found.length > 0 ? found.map((e: { message: string }) => e.message) : [error.message];
  return messages.map((message) => new GraphQLError(message, { extensions: { code: 'API_REQUEST_INVALID' } }));
}

/** The HTTP status that Mercurius gives to a request that is wrong as a whole, such as a mutation by GET. */
export function statusOf(errors: readonly Pick<GraphQLError, 'originalError'>[]): number {
  const { statusCode } = (errors[0]?.originalError ?? {}) as { statusCode?: unknown };
  return errors.length === 1 && typeof statusCode === 'number' ? statusCode : 200;
}
