import { z } from 'zod';

const name = z.string().min(1).max(253);
const wakeRequest = z.object({ namespace: name, name, waiting: z.int().min(0) });
export type WakeRequest = z.infer<typeof wakeRequest>;

/** The port Wake between processes: a unary call of gRPC with JSON, both sides of one release. Any replica of the autoscaler takes it. */
export const wakeCall = {
  path: '/tidegate.autoscaler.v1.Autoscaler/Wake',
  requestStream: false as const,
  responseStream: false as const,
  requestSerialize: (request: WakeRequest): Buffer => Buffer.from(JSON.stringify(request)),
  requestDeserialize: (bytes: Buffer): WakeRequest => wakeRequest.parse(JSON.parse(bytes.toString('utf8'))),
  responseSerialize: (): Buffer => Buffer.from('{}'),
  responseDeserialize: (): object => ({}),
};
