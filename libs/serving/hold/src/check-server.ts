import { Server, type ServerReadableStream, type ServerUnaryCall, type sendUnaryData, status } from '@grpc/grpc-js';
import {
  type CheckRequest,
  type CheckResponse,
  type StreamAccessLogsMessage,
  accessLogService,
  authorizationService,
} from '@tidegate/envoy-protos';
import { type HoldAnswer, toCheckResponse } from './check-answer.js';
import type { CheckContext } from './holds.js';

/** Takes a request and answers once; returns what to do when its client leaves. */
export type TakeCheck = (context: CheckContext, answer: (answer: HoldAnswer) => void) => () => void;

const LONGEST_HOLD_MS = 3_600_000;

/** Requests that had these slots have ended; a revision is namespace/name. */
export type SlotsEnded = (slots: readonly { revision: string; slot: string }[]) => void;

const ANSWER = 'envoy.filters.http.ext_authz';

/**
 * Envoy's external authorization service, and its access log service for requests that had a slot. Not yet listening. Every held request is
 * an open call, so calls are not limited here.
 */
export function createCheckServer(take: TakeCheck, ended: SlotsEnded): Server {
  const server = new Server({ 'grpc.max_concurrent_streams': 2 ** 31 - 1 });
  server.addService(authorizationService, {
    Check: (call: ServerUnaryCall<CheckRequest, CheckResponse>, done: sendUnaryData<CheckResponse>) => {
      const context = contextOf(call.request);
      if (!context) return done({ code: status.INVALID_ARGUMENT, details: 'the route does not say which revision it leads to' });
      const leave = take(context, (answer) => done(null, toCheckResponse(answer)));
      call.on('cancelled', leave);
    },
  });
  server.addService(accessLogService, {
    StreamAccessLogs: (call: ServerReadableStream<StreamAccessLogsMessage, object>, done: sendUnaryData<object>) => {
      call.on('data', (message: StreamAccessLogsMessage) => ended(slotsOf(message)));
      call.on('end', () => done(null, {}));
      // A proxy that is gone; its requests end with it, and their slots by their lease.
      call.on('error', () => undefined);
    },
  });
  return server;
}

function slotsOf({ http_logs }: StreamAccessLogsMessage): { revision: string; slot: string }[] {
  return (http_logs?.log_entry ?? []).flatMap(({ common_properties }) => {
    const slot = common_properties?.metadata?.filter_metadata[ANSWER]?.fields['slot']?.stringValue;
    const [namespace, , version] = common_properties?.route_name.split('/') ?? [];
    return slot && namespace && version ? [{ revision: `${namespace}/${version}`, slot }] : [];
  });
}

/**
 * From the words of the route; a client has no part in them. A request is named as access logs name it: by its id, which between Services may be
 * the caller's, and by when it came, which is the proxy's.
 */
function contextOf({ attributes }: CheckRequest): CheckContext | undefined {
  const { namespace, revision, holdTimeoutMs } = attributes?.context_extensions ?? {};
  const ms = Number(holdTimeoutMs);
  if (!namespace || !revision || !(ms > 0)) return undefined;
  const { time, http } = attributes?.request ?? {};
  const id = http?.headers['x-request-id'];
  const request = time && id ? `${id}/${time.seconds}.${time.nanos}` : undefined;
  return { namespace, revision, holdTimeoutMs: Math.min(ms, LONGEST_HOLD_MS), ...(request === undefined ? {} : { request }) };
}
