import { BoundedMap, causeChain, toUserText, type Clock, type Logger } from '@tidegate/kernel';
import { keyOf, type KubeClient } from '@tidegate/kube';
import type { Revision } from '@tidegate/serving-contract';
import type { ResolvedImage } from '@tidegate/serving-plan';
import type { DigestResolver } from './digest-resolver.js';
import { pullCredentials } from './pull-secrets.js';

/** Answers kept until a Revision has them in its status; the oldest is asked for again. */
const MOST_ANSWERS = 4096;
/** Questions under way at the same time; others wait for their Revision's next look. */
const MOST_QUESTIONS = 32;
/** A failure is told for this long; then the registry is asked again. */
const FAILURE_MS = 10_000;
const BUSY_AGAIN_MS = 500;

export interface DigestKeeperOptions {
  resolver: DigestResolver;
  client: KubeClient;
  clock: Clock;
  log: Logger;
  /** Milliseconds that one image may take. */
  timeoutMs: () => number;
}

/** Answers of registries on their way into the status of Revisions. A tag is asked for anew by each Revision: it may have moved. */
export class DigestKeeper {
  private readonly answers = new BoundedMap<string, Map<string, ResolvedImage & { until?: number }>>(MOST_ANSWERS);
  private readonly asking = new Map<string, AbortController>();
  private news: (key: string) => void = () => undefined;
  private readonly options: DigestKeeperOptions;

  constructor(options: DigestKeeperOptions) {
    this.options = options;
  }

  onNews(listener: (key: string) => void): void {
    this.news = listener;
  }

  resolvedFor(key: string): ReadonlyMap<string, ResolvedImage> {
    const now = this.options.clock.monotonic();
    const known = this.answers.get(key);
    for (const [image, answer] of known ?? []) if (answer.until !== undefined && answer.until <= now) known?.delete(image);
    return known ?? new Map();
  }

  /** Begins to ask, in the background; `onNews` is called when there is an answer. */
  resolve(revision: Revision, images: readonly string[]): void {
    const key = keyOf(revision);
    for (const image of new Set(images)) {
      const question = `${key} ${image}`;
      if (this.asking.has(question)) continue;
      if (this.asking.size >= MOST_QUESTIONS) {
        this.options.clock.after(BUSY_AGAIN_MS, () => this.news(key));
        return;
      }
      const stopping = new AbortController();
      this.asking.set(question, stopping);
      void this.ask(revision, image, stopping.signal).then((answer) => {
        this.asking.delete(question);
        if (stopping.signal.aborted) return;
        this.answers.set(key, new Map(this.answers.get(key)).set(image, answer));
        this.news(key);
      });
    }
  }

  forget(key: string): void {
    this.answers.delete(key);
    for (const [question, stopping] of this.asking) if (question.startsWith(`${key} `)) stopping.abort();
  }

  stop(): void {
    this.news = () => undefined;
    for (const stopping of this.asking.values()) stopping.abort();
  }

  private async ask(revision: Revision, image: string, stopped: AbortSignal): Promise<ResolvedImage & { until?: number }> {
    const { resolver, client, clock, log } = this.options;
    const limit = new AbortController();
    const cancel = clock.after(this.options.timeoutMs(), () => limit.abort());
    try {
      const credentials = await pullCredentials(client, revision);
      return { image: await resolver.resolve(image, credentials, AbortSignal.any([stopped, limit.signal])) };
    } catch (error) {
      if (!stopped.aborted) log.info({ revision: keyOf(revision), image, error: causeChain(error) }, 'a tag was not resolved');
      return { error: toUserText(error), until: clock.monotonic() + FAILURE_MS };
    } finally {
      cancel();
    }
  }
}
