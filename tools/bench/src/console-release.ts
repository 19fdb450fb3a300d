import { type Release, type ReleaseStatus, releaseSpecSchema } from '@tidegate/delivery-contract';
import type { ApiLoad } from './api-load.js';
import { deployment } from './api-instance.js';

const AT = '/apis/delivery.tidegate.dev/v1alpha1/namespaces/bench/releases';
const LIMIT = Math.log(100);

/** A release that goes on: a verdict each time it is told, as the strategy controller writes it. */
export class BenchRelease {
  private constructor(
    private readonly kubernetes: ApiLoad,
    private release: Release,
    private readonly startedAt: string,
  ) {}

  static async begin(kubernetes: ApiLoad): Promise<BenchRelease> {
    for (const version of ['v1', 'v2']) {
      const made = deployment(`released-${version}`);
      made.spec.template.metadata.labels = { app: 'released', version };
      await kubernetes.must(0, 'POST', '/apis/apps/v1/namespaces/bench/deployments', { ...made, spec: { ...made.spec, selector: { matchLabels: { app: 'released', version } } } });
    }
    await kubernetes.must(0, 'POST', '/api/v1/namespaces/bench/services', { apiVersion: 'v1', kind: 'Service', metadata: { name: 'released' }, spec: { selector: { app: 'released' }, ports: [{ port: 80 }] } });
    const policy = { service: 'released', principal: 'v1', candidate: 'v2', steps: [{ weight: 5 }, { weight: 25 }, { weight: 50 }] };
    const spec = releaseSpecSchema.parse({ strategy: 'released', service: 'released', principal: 'v1', candidate: 'v2', candidateHash: 'abc', policy });
    const text = await kubernetes.must(0, 'POST', AT, { apiVersion: 'delivery.tidegate.dev/v1alpha1', kind: 'Release', metadata: { name: 'released-v2-1' }, spec });
    return new BenchRelease(kubernetes, JSON.parse(text) as Release, new Date().toISOString());
  }

  /** The verdict of moment `n`: bounds close in, and the history gets an event each 30 moments. */
  async tell(n: number): Promise<void> {
    const requests = 500 + n * 40;
    const arm = { requests, bad: Math.floor(requests / 97), share: 1 / 97 };
    const metric = (name: string, of: 'difference' | 'ratio', width: number): NonNullable<ReleaseStatus['verdict']>['metrics'][number] => ({
      name,
      kind: of === 'ratio' ? 'latency' : 'failed',
      candidate: arm,
      principal: arm,
      interval: { of, atLeast: (of === 'ratio' ? 1 : 0) - width, atMost: (of === 'ratio' ? 1 : 0) + width },
      lnE: { withinTolerance: Math.min(LIMIT - 0.1, n / 100) },
      tolerance: of === 'ratio' ? 0.2 : 0.005,
      ...(of === 'ratio' ? { boundMs: 20 } : {}),
    });
    const now = new Date().toISOString();
    const history = Array.from({ length: Math.min(100, 3 + Math.floor(n / 30)) }, (_, i) => ({ at: now, what: 'Hold', weight: 25, message: `Event ${i} of the release` }));
    const status: ReleaseStatus = {
      phase: 'Progressing',
      startedAt: this.startedAt,
      step: 1,
      weight: 25,
      live: '1/1',
      message: `Not decided yet after ${requests} requests`,
      history,
      verdict: {
        verdict: 'NotYet', rule: 'evidence', words: `Not decided yet after ${requests} requests`, second: Math.floor(Date.now() / 1000), step: 1, weight: 25, proxies: '1/1',
        alpha: 0.01, beta: 0.01, compared: true, guardrails: [], metrics: [metric('error-rate', 'difference', 0.1 / Math.sqrt(n + 1)), metric('latency-p99', 'ratio', 2 / Math.sqrt(n + 1))],
      },
    };
    const text = await this.kubernetes.must(0, 'PUT', `${AT}/released-v2-1/status`, { ...this.release, status });
    this.release = JSON.parse(text) as Release;
  }
}
