import { TidegateError, defineErrors } from '@tidegate/kernel';

export const codes = defineErrors({
  API_TOO_MANY_SUBSCRIPTIONS: 'A connection has as many subscriptions open as it may have.',
  API_TOO_MANY_REQUESTS: 'A caller sends requests faster than the limit allows.',
});

/** A page of the console has fewer than ten. */
const MOST_OPEN = 100;

/** The subscriptions that one WebSocket has started and not stopped. */
export class OpenSubscriptions {
  private readonly ids = new Set<string>();

  /** Throws API_TOO_MANY_SUBSCRIPTIONS. An id in use is refused too: the second would hide the first from its end. */
  start(id: string): void {
    if (this.ids.has(id)) throw new TidegateError(codes.API_TOO_MANY_SUBSCRIPTIONS, `The id ${JSON.stringify(id.slice(0, 50))} is in use on this connection.`, { remedy: 'Give each subscription an id of its own.' });
    if (this.ids.size >= MOST_OPEN) throw new TidegateError(codes.API_TOO_MANY_SUBSCRIPTIONS, `This connection has ${MOST_OPEN} subscriptions open.`, { remedy: 'End some, or open another connection.' });
    this.ids.add(id);
  }

  stop(id: string): void {
    this.ids.delete(id);
  }
}
