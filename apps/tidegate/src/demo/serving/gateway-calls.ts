import { performance } from 'node:perf_hooks';
import { Agent, request } from 'undici';

export interface Answer {
  /** 0: there was none. */
  status: number;
  /** Revision that answered, by its own header. */
  servedBy: string | undefined;
  coldStart: string | undefined;
  /** On a new connection: from connecting to the first byte of the answer. */
  firstByteMs: number;
  cause?: string;
}

const CALL_LIMIT_MS = 60_000;

/** One GET through the Gateway, for a host that need not be in any DNS. */
export async function call(gateway: string, host: string, path: string, agent: Agent): Promise<Answer> {
  const began = performance.now();
  try {
    const { statusCode, headers, body } = await request(`${gateway}${path}`, {
      headers: { host },
      dispatcher: agent,
      signal: AbortSignal.timeout(CALL_LIMIT_MS),
    });
    const firstByteMs = performance.now() - began;
    for await (const _ of body);
    const single = (value: string | string[] | undefined) => (Array.isArray(value) ? value[0] : value);
    return {
      status: statusCode,
      servedBy: single(headers['x-served-by']),
      coldStart: single(headers['x-tidegate-cold-start']),
      firstByteMs,
    };
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    return { status: 0, servedBy: undefined, coldStart: undefined, firstByteMs: performance.now() - began, cause };
  }
}

/** The same on a new connection, which is closed afterwards. */
export async function callFresh(gateway: string, host: string, path: string): Promise<Answer> {
  const agent = new Agent({ connections: 1, pipelining: 1 });
  try {
    return await call(gateway, host, path, agent);
  } finally {
    await agent.close();
  }
}
