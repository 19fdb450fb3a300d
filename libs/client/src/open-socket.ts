import { RequestError } from './request-error.js';

/** A WebSocket of any make: the global one, or that of `ws`. */
export type SocketClass = new (url: string, protocols?: string | string[]) => object;
type SocketWithHeaders = new (url: string, ...rest: unknown[]) => object;

/** Browsers send no headers of ours with a WebSocket, and need none: their cookie says who asks. */
const isBrowser = (): boolean => 'document' in globalThis || 'WorkerGlobalScope' in globalThis;

/** The class that graphql-ws opens sockets by, with the token as a header. Throws CLIENT_OPTIONS_INVALID where that cannot be. */
export function socketClass(token: string | undefined, given: SocketClass | undefined): SocketClass {
  const own = (globalThis as { WebSocket?: SocketClass }).WebSocket;
  const base = given ?? own;
  if (!base) throw new RequestError('CLIENT_OPTIONS_INVALID', 'This version of Node has no WebSocket.', { remedy: 'Use Node 22 or newer, or pass the class of the package "ws": connect({ ..., webSocket: WebSocket }).' });
  if (token === undefined) return base;
  if (isBrowser()) throw new RequestError('CLIENT_OPTIONS_INVALID', 'A browser cannot send a token when it subscribes.', { remedy: 'Leave the token out on a page of the platform itself: its session is used. Elsewhere, subscribe from a server.' });
  const headers = { authorization: `Bearer ${token}` };
  const WithHeaders = base as SocketWithHeaders;
  // Node's own takes one argument of options beside the address, `ws` two.
  return class extends WithHeaders {
    constructor(url: string, protocols?: string | string[]) {
      if (base === own) super(url, { protocols, headers });
      else super(url, protocols, { headers });
    }
  };
}
