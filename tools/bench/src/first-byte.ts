import { request } from 'node:http';

/** A new connection's first byte; status 0 when there is none. */
export function firstByte({ hostname, port }: URL, host: string): Promise<{ status: number; ms: number }> {
  const began = performance.now();
  return new Promise((resolve) => {
    const call = request({ host: hostname, port: port || 80, headers: { host }, agent: false }, (response) => {
      resolve({ status: response.statusCode ?? 0, ms: performance.now() - began });
      response.resume();
    });
    call.on('error', () => resolve({ status: 0, ms: performance.now() - began }));
    call.end();
  });
}
