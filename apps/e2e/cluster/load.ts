import { Agent, request } from 'undici';

export interface LoadReport {
  requests: number;
  /** Of each that did not answer 200: when, in seconds since the start, and why. */
  failed: string[];
}

const KEPT_FAILURES = 20;

/** Asks an address at a steady rate, open loop: a slow answer delays no other request. */
export function startLoad(url: string, host: string, perSecond: number): { stop(): Promise<LoadReport>; soFar(): LoadReport } {
  const agent = new Agent({ connections: 50, headersTimeout: 10_000, bodyTimeout: 10_000 });
  const report: LoadReport = { requests: 0, failed: [] };
  const open = new Set<Promise<void>>();
  const began = performance.now();
  const fail = (why: string): void => {
    if (report.failed.length < KEPT_FAILURES) report.failed.push(`${((performance.now() - began) / 1000).toFixed(1)} s: ${why}`);
    else report.failed[KEPT_FAILURES] = 'and more';
  };
  const one = async (): Promise<void> => {
    report.requests += 1;
    try {
      const { statusCode, body } = await request(url, { headers: { host }, dispatcher: agent });
      const text = await body.text();
      if (statusCode !== 200) fail(`${statusCode} ${text.slice(0, 120)}`);
    } catch (error) {
      fail(String(error));
    }
  };
  const timer = setInterval(() => {
    const asked = one().finally(() => void open.delete(asked));
    open.add(asked);
  }, 1000 / perSecond);
  return {
    soFar: () => ({ requests: report.requests, failed: [...report.failed] }),
    /** Resolves once every request has its answer. */
    stop: async () => {
      clearInterval(timer);
      await Promise.all(open);
      await agent.close();
      return report;
    },
  };
}
