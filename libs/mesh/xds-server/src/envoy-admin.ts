import { request } from 'node:http';

/** One call to Envoy's administration on its unix socket. Rejects when nobody answers within `timeoutMs`. */
export function askEnvoy(
  adminSocket: string,
  method: 'GET' | 'POST',
  path: string,
  timeoutMs = 2000,
): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const call = request({ socketPath: adminSocket, method, path, timeout: timeoutMs, headers: { host: 'envoy' } }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() }));
      response.on('error', reject);
    });
    call.on('timeout', () => call.destroy(new Error(`Envoy did not answer ${path} in ${timeoutMs} ms`)));
    call.on('error', reject);
    call.end();
  });
}

/** True once Envoy has its first configuration and accepts connections. */
export async function envoyIsLive(adminSocket: string): Promise<boolean> {
  return askEnvoy(adminSocket, 'GET', '/ready').then(
    ({ status }) => status === 200,
    () => false,
  );
}

/** Sum of requests that are being answered now, over all listeners. */
export async function openRequests(adminSocket: string): Promise<number> {
  const { body } = await askEnvoy(adminSocket, 'GET', '/stats?filter=downstream_rq_active');
  return [...body.matchAll(/downstream_rq_active: (\d+)/g)].reduce((sum, [, count]) => sum + Number(count), 0);
}
