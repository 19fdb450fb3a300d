import type { MethodDefinition } from '@grpc/grpc-js';
import type { ZodType } from 'zod';

/** JSON over gRPC: both sides are ours and of one release. What does not have this shape is refused. */
export function jsonMethod<Request, Response>(
  path: string,
  shapes: { request: ZodType<Request>; response: ZodType<Response>; isStream?: boolean },
): MethodDefinition<Request, Response> {
  const { request, response, isStream = false } = shapes;
  const toBytes = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
  return {
    path,
    requestStream: isStream,
    responseStream: isStream,
    requestSerialize: toBytes,
    requestDeserialize: (bytes) => request.parse(JSON.parse(bytes.toString('utf8'))),
    responseSerialize: toBytes,
    responseDeserialize: (bytes) => response.parse(JSON.parse(bytes.toString('utf8'))),
  };
}
