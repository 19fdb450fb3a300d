import type { CallerTotals, Subject } from '@tidegate/signals';
import { type Counts, addCounts, countRequest, newCounts } from './second-counts.js';

/** Spans of ten seconds; seven of them cover a minute wherever it begins. */
const SPAN_MS = 10_000;
const SPANS = 7;
/** Pairs of caller and version; the one idle longest goes first, and a clog of strangers costs others' edges nothing but their age. */
const EDGES = 4_096;

interface Edge {
  of: Subject & { version: string; proxy: string; dialled: string };
  spans: Map<number, Counts>;
}

/** Who calls whom, in spans of ten seconds. */
export class CallerSeries {
  private readonly edges = new Map<string, Edge>();

  record(of: Edge['of'], request: { endMs: number; failed: boolean; classAt: number; latencyMs: number }): void {
    const key = `${of.namespace}/${of.service}/${of.version} ${of.proxy} ${of.dialled}`;
    const edge = this.edges.get(key) ?? { of, spans: new Map<number, Counts>() };
    const span = Math.floor(request.endMs / SPAN_MS);
    let counts = edge.spans.get(span);
    if (!counts) {
      edge.spans.set(span, (counts = newCounts()));
      for (const old of edge.spans.keys()) if (old <= span - SPANS) edge.spans.delete(old);
      this.edges.delete(key);
      this.edges.set(key, edge);
      if (this.edges.size > EDGES) this.edges.delete(this.edges.keys().next().value as string);
    }
    countRequest(counts, request.failed, request.classAt, request.latencyMs);
  }

  /** Those with requests since `fromMs`, to the span that it lies in. */
  since(fromMs: number): CallerTotals[] {
    const first = Math.floor(fromMs / SPAN_MS);
    return [...this.edges.values()].flatMap(({ of, spans }) => {
      const total = newCounts();
      for (const [span, counts] of spans) if (span >= first) addCounts(total, counts);
      return total.requests === 0 ? [] : [{ ...of, requests: total.requests, failed: total.failed, latency: total.latency }];
    });
  }
}
