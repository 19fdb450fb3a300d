import { BoundedMap, causeChain, type Clock, type Logger } from '@tidegate/kernel';
import { isNotFound } from './kube-api-error.js';
import type { KubeClient } from './kube-client.js';
import type { KubeObject } from './kind.js';
import { kinds, type CoreEvent } from './kinds.js';
import { timestamp } from './timestamps.js';

export interface EventToRecord {
  type: 'Normal' | 'Warning';
  /** One CamelCase word, out of the controller's closed list. */
  reason: string;
  message: string;
  /** What was done about it. */
  action?: string;
}

export interface EventRecorderOptions {
  client: KubeClient;
  /** `tidegate.dev/release-controller`. */
  component: string;
  /** Which process of the component. */
  instance?: string;
  clock: Clock;
  log: Logger;
}

/** Equal events within this time are one object with a count. */
const SERIES_MS = 10 * 60_000;
/** Different series that are remembered; the oldest begins anew when it comes back. */
const MAX_SERIES = 4096;
/** Events waiting to be written; more are dropped, and counted. */
const MAX_PENDING = 512;
/** New event objects for one regarded object: a burst of 25, then one in 10 s, so that a loop cannot fill the API server. */
const BURST = 25;
const REFILL_MS = 10_000;
/** validation limit of Event.message. */
const MAX_MESSAGE = 1024;

interface Series {
  name: string;
  namespace: string;
  count: number;
  first: number;
  last: number;
  /** The event's object, kept until it is written once. */
  event: CoreEvent;
  written: boolean;
  pending: boolean;
}

/**
 * Writes core/v1 Events, in order, one call at a time, beside the work that records them: recording never waits and never fails.
 * The same (object, type, reason, message) within ten minutes raises the count of one Event.
 */
export class EventRecorder {
  /** Events that were not written, because too many were waiting or the object had too many. */
  dropped = 0;
  private readonly series = new BoundedMap<string, Series>(MAX_SERIES);
  private readonly allowances = new BoundedMap<string, { left: number; at: number }>(MAX_SERIES);
  private readonly pending: Series[] = [];
  private writing: Promise<void> | undefined;
  private nth = 0;
  private readonly options: EventRecorderOptions;

  constructor(options: EventRecorderOptions) {
    this.options = options;
  }

  record(regarding: KubeObject, event: EventToRecord): void {
    const now = this.options.clock.now();
    const message = event.message.slice(0, MAX_MESSAGE);
    const object = referenceTo(regarding);
    const owner = `${object.kind}/${object.namespace}/${object.name}/${object.uid}`;
    const key = JSON.stringify([owner, event.type, event.reason, message]);
    const known = this.series.get(key);
    if (known && now - known.last < SERIES_MS) {
      known.count++;
      known.last = now;
      return this.enqueue(known);
    }
    if (!this.isAllowed(owner, now)) return void this.dropped++;
    const namespace = object.namespace ?? 'default';
    // As client-go names them; the number keeps two of one millisecond apart.
    const name = `${(object.name ?? 'object').slice(0, 200)}.${now.toString(16)}${(this.nth++ % 4096).toString(16).padStart(3, '0')}`;
    const made: Series = {
      name,
      namespace,
      count: 1,
      first: now,
      last: now,
      written: false,
      pending: false,
      event: {
        metadata: { name, namespace },
        involvedObject: object,
        type: event.type,
        reason: event.reason,
        message,
        action: event.action ?? event.reason,
        source: { component: this.options.component },
        reportingComponent: this.options.component,
        reportingInstance: this.options.instance ?? '',
      },
    };
    this.series.set(key, made);
    this.enqueue(made);
  }

  /** Resolves once everything recorded so far was written or given up. */
  async flush(): Promise<void> {
    while (this.writing) await this.writing;
  }

  private isAllowed(owner: string, now: number): boolean {
    const had = this.allowances.get(owner) ?? { left: BURST, at: now };
    const left = Math.min(BURST, had.left + (now - had.at) / REFILL_MS);
    this.allowances.set(owner, { left: left >= 1 ? left - 1 : left, at: now });
    return left >= 1;
  }

  private enqueue(series: Series): void {
    if (series.pending) return;
    if (this.pending.length >= MAX_PENDING) return void this.dropped++;
    series.pending = true;
    this.pending.push(series);
    this.writing ??= this.drain().finally(() => {
      this.writing = undefined;
    });
  }

  private async drain(): Promise<void> {
    // One turn later, so that a burst of equal events becomes one write.
    await Promise.resolve();
    for (let next = this.pending.shift(); next; next = this.pending.shift()) {
      next.pending = false;
      try {
        await this.write(next);
      } catch (error) {
        this.dropped++;
        this.options.log.debug({ reason: next.event.reason, error: causeChain(error) }, 'an event was not written');
      }
    }
  }

  private async write(series: Series): Promise<void> {
    const { client } = this.options;
    const times = { count: series.count, lastTimestamp: timestamp(series.last) };
    if (series.written) {
      try {
        await client.patch(kinds.events, series.name, series.namespace, { type: 'merge', body: times });
        return;
      } catch (error) {
        // Events live an hour on the server: a long series writes a new object.
        if (!isNotFound(error)) throw error;
      }
    }
    await client.create(kinds.events, { ...series.event, ...times, firstTimestamp: timestamp(series.first) });
    series.written = true;
  }
}

function referenceTo(object: KubeObject): CoreEvent['involvedObject'] {
  const { name, namespace, uid, resourceVersion } = object.metadata ?? {};
  return { apiVersion: object.apiVersion, kind: object.kind, name, namespace, uid, resourceVersion };
}
