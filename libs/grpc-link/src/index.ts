export { type ListenTlsOptions, type TlsListener, listenTls } from './listen-tls.js';
export { type DialOptions, dial } from './dial.js';
