import { Server, type ServerUnaryCall, type sendUnaryData, status } from '@grpc/grpc-js';
import { type CheckRequest, type CheckResponse, authorizationService } from '@tidegate/envoy-protos';
import type { CheckContext } from './holds.js';

/** Takes a request and answers once; returns what to do when its client leaves. */
export type TakeCheck = (context: CheckContext, answer: (response: CheckResponse) => void) => () => void;

const LONGEST_HOLD_MS = 3_600_000;

/** Envoy's external authorization service. Not yet listening. Every held request is an open call, so calls are not limited here. */
export function createCheckServer(take: TakeCheck): Server {
  const server = new Server({ 'grpc.max_concurrent_streams': 2 ** 31 - 1 });
  server.addService(authorizationService, {
    Check: (call: ServerUnaryCall<CheckRequest, CheckResponse>, done: sendUnaryData<CheckResponse>) => {
      const context = contextOf(call.request);
      if (!context) return done({ code: status.INVALID_ARGUMENT, details: 'the route does not say which revision it leads to' });
      const leave = take(context, (response) => done(null, response));
      call.on('cancelled', leave);
    },
  });
  return server;
}

/** From the words of the route; a client has no part in them. */
function contextOf({ attributes }: CheckRequest): CheckContext | undefined {
  const { namespace, revision, holdTimeoutMs } = attributes?.context_extensions ?? {};
  const ms = Number(holdTimeoutMs);
  if (!namespace || !revision || !(ms > 0)) return undefined;
  return { namespace, revision, holdTimeoutMs: Math.min(ms, LONGEST_HOLD_MS) };
}
