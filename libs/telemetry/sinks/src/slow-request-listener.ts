import type { RequestEvent, RequestEventListener } from '@tidegate/signals';

/** A message to a listener in another process. */
export type RequestNews = { events: readonly RequestEvent[] } | { lost: string };

/** Events that wait for a listener; with more it has fallen behind for good. About 5 MB. */
const WAITING = 20_000;

/** Queues events while a listener can't take more; at the bound they are dropped, and it is told whose. */
export class SlowRequestListener implements RequestEventListener {
  private queue: RequestNews[] = [];
  private waiting = 0;
  private blocked = false;

  /** `write` takes one message and tells whether it wants more at once. */
  constructor(private readonly write: (news: RequestNews) => boolean) {}

  events(batch: readonly RequestEvent[]): void {
    this.push({ events: batch }, batch.length);
  }

  lost(proxy: string): void {
    this.push({ lost: proxy }, 1);
  }

  /** The listener takes more. */
  drained(): void {
    this.blocked = false;
    while (!this.blocked) {
      const news = this.queue.shift();
      if (!news) break;
      this.waiting -= 'lost' in news ? 1 : news.events.length;
      this.blocked = !this.write(news);
    }
  }

  private push(news: RequestNews, size: number): void {
    if (!this.blocked) {
      this.blocked = !this.write(news);
      return;
    }
    this.queue.push(news);
    this.waiting += size;
    if (this.waiting > WAITING) this.dropAll();
  }

  private dropAll(): void {
    const proxies = new Set(this.queue.flatMap((news) => ('lost' in news ? [news.lost] : news.events.map(({ proxy }) => proxy))));
    this.queue = [...proxies].map((proxy) => ({ lost: proxy }));
    this.waiting = this.queue.length;
  }
}
