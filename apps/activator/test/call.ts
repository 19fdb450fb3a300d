import { Agent, type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';

export interface Answer {
  status: number;
  body: string;
  headers: IncomingHttpHeaders;
  ms: number;
}

/** One connection for each call. Status 0 when there was no answer; then the body says why. */
export function call(
  port: number,
  revision: string,
  at = '/',
  options: { method?: string; body?: Buffer; headers?: Record<string, string>; agent?: Agent } = {},
): Promise<Answer> & { abort(): void } {
  const began = performance.now();
  let abort = (): void => undefined;
  const promise = new Promise<Answer>((resolve) => {
    const fail = (error: Error): void => resolve({ status: 0, body: error.message, headers: {}, ms: performance.now() - began });
    const sent = request(
      {
        host: '127.0.0.1',
        port,
        path: at,
        method: options.method ?? 'GET',
        agent: options.agent ?? false,
        headers: { host: `${revision}.example`, ...options.headers },
      },
      (response: IncomingMessage) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            body: Buffer.concat(chunks).toString(),
            headers: response.headers,
            ms: performance.now() - began,
          }),
        );
        response.on('error', fail);
      },
    );
    sent.on('error', fail);
    sent.end(options.body);
    abort = () => sent.destroy();
  });
  return Object.assign(promise, { abort: () => abort() });
}

/** Calls one after the other in each of `lanes` until `done`; gives what was answered. */
export async function underLoad(port: number, revision: string, at: string, lanes: number, done: () => boolean): Promise<Answer[]> {
  const answers: Answer[] = [];
  const agent = new Agent({ keepAlive: true, maxSockets: lanes });
  const lane = async (): Promise<void> => {
    while (!done()) answers.push(await call(port, revision, at, { agent }));
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  agent.destroy();
  return answers;
}
