import { BoundedMap, type Logger, causeChain } from '@tidegate/kernel';
import type { RequestEvent, RequestEventListener, RequestEvents, Subscription } from '@tidegate/signals';
import type { DecodedEntry } from './access-log-decoder.js';
import { readGrant, readUpstream } from './request-details.js';

type Names = Pick<RequestEvent, 'namespace' | 'service' | 'version'>;

/** Route names remembered; a forgotten one is taken apart again. */
const ROUTES = 16_384;
/** What the mesh writes for a Service without a version label. */
const NO_VERSION = '-';

/** The RequestEvents port in the process that reads the access log. Costs nothing while nobody listens. */
export class RequestTap implements RequestEvents {
  private readonly listeners = new Set<RequestEventListener>();
  /** null: not a version's route. */
  private readonly routes = new BoundedMap<string, Names | null>(ROUTES);
  constructor(private readonly log: Logger) {}

  subscribe(listener: RequestEventListener): Subscription {
    // An object of its own per call, so that the same listener may subscribe twice.
    const own: RequestEventListener = { events: (batch) => listener.events(batch), lost: (proxy) => listener.lost(proxy) };
    this.listeners.add(own);
    return { close: () => void this.listeners.delete(own) };
  }

  /** Takes the entries of one message. */
  record(proxy: string, entries: readonly DecodedEntry[]): void {
    if (this.listeners.size === 0) return;
    const batch: RequestEvent[] = [];
    for (const entry of entries) {
      const names = this.namesOf(entry.route);
      if (names) batch.push(toRequestEvent(proxy, names, entry));
    }
    if (batch.length > 0) this.tell((listener) => listener.events(batch));
  }

  /** Entries of the proxy are missing from here on. */
  lost(proxy: string): void {
    this.tell((listener) => listener.lost(proxy));
  }

  private tell(fn: (listener: RequestEventListener) => void): void {
    for (const listener of [...this.listeners]) {
      try {
        fn(listener);
      } catch (error) {
        this.log.error({ because: causeChain(error) }, 'a listener to requests failed');
      }
    }
  }

  private namesOf(route: string): Names | undefined {
    const known = this.routes.get(route);
    if (known !== undefined) return known ?? undefined;
    const [namespace, service, version, rule, ...rest] = route.split('/');
    const named = namespace && service && version && version !== NO_VERSION && rule && rest.length === 0;
    const names = named ? { namespace, service, version } : null;
    this.routes.set(route, names);
    return names ?? undefined;
  }
}

function toRequestEvent(proxy: string, { namespace, service, version }: Names, entry: DecodedEntry): RequestEvent {
  const { type, startMs, durationMs } = entry;
  const event: RequestEvent = { phase: type, proxy, streamId: entry.key, namespace, service, version, atMs: startMs };
  if (type === 'start') return event;
  if (type === 'end') {
    event.atMs = startMs + durationMs;
    event.durationMs = durationMs;
  }
  const upstream = entry.upstream && readUpstream(entry.upstream);
  if (upstream !== undefined) event.upstream = upstream;
  const grant = entry.metadata && readGrant(entry.metadata);
  if (grant) {
    event.held = true;
    if (grant.slot !== undefined) event.slot = grant.slot;
  }
  return event;
}
