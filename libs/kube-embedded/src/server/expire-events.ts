import { causeChain, type Clock, type Logger } from '@tidegate/kernel';
import type { KubeObject } from '@tidegate/kube';
import type { ObjectStore } from '../store/object-store.js';

/** As kube-apiserver's --event-ttl: an hour after an event was last seen. */
const EVENT_TTL_MS = 60 * 60_000;
const EVERY_MS = 60_000;
/** A loop that writes new events without end may not fill the memory in its hour. */
const MOST_EVENTS = 5000;
const RESOURCES = ['/events', 'events.k8s.io/events'];

interface EventLike extends KubeObject {
  lastTimestamp?: string;
  eventTime?: string;
  series?: { lastObservedTime?: string };
}

/** Keys of events to remove: those not seen for an hour, and the oldest above the bound. */
export function expiredEvents(events: readonly KubeObject[], now: number): KubeObject[] {
  const aged = events.map((event) => ({ event, at: lastSeen(event) })).sort((a, b) => a.at - b.at);
  const surplus = Math.max(0, aged.length - MOST_EVENTS);
  return aged.filter(({ at }, i) => i < surplus || now - at > EVENT_TTL_MS).map(({ event }) => event);
}

function lastSeen(event: EventLike): number {
  const times = [event.series?.lastObservedTime, event.lastTimestamp, event.eventTime, event.metadata?.creationTimestamp];
  return Math.max(0, ...times.map((time) => Date.parse(time ?? '')).filter((ms) => !Number.isNaN(ms)));
}

/** Removes old events every minute. Returns the way to end it. */
export function expireEvents(store: ObjectStore, clock: Clock, log: Logger): () => void {
  let cancel = (): void => undefined;
  let ended = false;
  const sweep = async (): Promise<void> => {
    for (const resource of RESOURCES) {
      for (const { metadata } of expiredEvents(store.list(resource, ''), clock.now())) {
        const key = `${metadata?.namespace ?? ''}/${metadata?.name ?? ''}`;
        await store.write(resource, key, (current) => (current ? { remove: current } : { keep: { metadata } }));
      }
    }
  };
  const later = (): void => {
    if (ended) return;
    cancel = clock.after(EVERY_MS, () => {
      sweep()
        .catch((error: unknown) => log.warn({ error: causeChain(error) }, 'old events were not removed; the next minute tries again'))
        .finally(later);
    });
  };
  later();
  return () => {
    ended = true;
    cancel();
  };
}
