import type { MethodDefinition } from '@grpc/grpc-js';
import type { SignalBatch, Subject, TrafficWindow } from '@tidegate/signals';
import type { RequestNews } from './slow-request-listener.js';

export interface RecentRequest {
  subject: Subject;
  seconds: number;
}

/** The ports Signals and RequestEvents over gRPC with JSON payloads: both sides are ours and of one release. */
function method<Request, Response>(name: string, responseStream: boolean): MethodDefinition<Request, Response> {
  const toBytes = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
  const fromBytes = <T>(bytes: Buffer): T => JSON.parse(bytes.toString('utf8')) as T;
  return {
    path: `/tidegate.signals.v1.Signals/${name}`,
    requestStream: false,
    responseStream,
    requestSerialize: toBytes,
    requestDeserialize: fromBytes<Request>,
    responseSerialize: toBytes,
    responseDeserialize: fromBytes<Response>,
  };
}

export const signalsService = {
  Subscribe: method<Subject, SignalBatch>('Subscribe', true),
  Recent: method<RecentRequest, Extract<SignalBatch, { type: 'second' }>[]>('Recent', false),
  Window: method<{ seconds: number }, TrafficWindow>('Window', false),
  Requests: method<object, RequestNews>('Requests', true),
};
