import { channel } from 'node:diagnostics_channel';
import type { Http2Session, ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { type Server as TlsServer, type TLSSocket, createServer } from 'node:tls';
import { type Server, ServerCredentials } from '@grpc/grpc-js';
import { type Logger, type TlsListenAddress, TlsFolder } from '@tidegate/kernel';

export interface ListenTlsOptions {
  /** DNS names, of which a client's certificate must have one. */
  expects: readonly string[];
  log: Logger;
  /** Between looks at the certificate's files; default 5,000 ms. */
  pollMs?: number;
  /** Further connections are closed at once; default 4,096. */
  maxConnections?: number;
}

export interface TlsListener {
  /** The port that was bound: another than asked for when that was 0. */
  port: number;
  /** Asks clients to connect elsewhere, without refusing what they ask meanwhile; what they have asked goes on for so long. */
  drain(graceMs: number): void;
  /** New connections are refused; those of the gRPC server stay until it ends. Safe to call twice. */
  stop(): void;
}

const HANDSHAKE_MS = 10_000;
/** Until clients have heard that they should go elsewhere. */
const NOTICE_MS = 1_000;
/** Of GOAWAY: nothing that was asked is refused. */
const EVERY_STREAM = 2 ** 31 - 1;

/**
 * Lets a gRPC server answer on a port by mutual TLS. Who a client is is settled once for a connection, before the gRPC server hears of it:
 * its certificate has to be of an authority in ca.crt and to name one of `expects`. New certificates count for new connections.
 */
export async function listenTls(server: Server, address: TlsListenAddress, options: ListenTlsOptions): Promise<TlsListener> {
  const { expects, log, pollMs, maxConnections = 4_096 } = options;
  const folder = new TlsFolder(address.tls, log, pollMs);
  const context = () => ({ cert: folder.current.certificate, key: folder.current.key, ca: folder.current.ca });
  const injector = server.createConnectionInjector(ServerCredentials.createInsecure());
  const listening: TlsServer = createServer({
    ...context(),
    minVersion: 'TLSv1.2',
    requestCert: true,
    rejectUnauthorized: true,
    ALPNProtocols: ['h2'],
    handshakeTimeout: HANDSHAKE_MS,
  });
  listening.maxConnections = maxConnections;
  folder.onChange(() => listening.setSecureContext(context()));
  const sessions = new ListenerSessions();
  listening.on('secureConnection', (socket) => {
    // A connection may break at any time; without a listener that would end the process.
    socket.on('error', (error) => log.debug({ error: error.message }, 'a connection between parts broke'));
    const found = namesOf(socket);
    if (expects.some((name) => found.includes(name))) {
      sessions.expect(socket);
      return injector.injectConnection(socket);
    }
    log.warn({ from: socket.remoteAddress, names: found, expects }, 'a client with a certificate for other names was refused');
    socket.destroy();
  });
  listening.on('tlsClientError', (error, socket) =>
    log.debug({ from: socket.remoteAddress, error: error.message }, 'a client was refused'),
  );
  await new Promise<void>((resolve, reject) => {
    listening.once('error', reject);
    listening.listen(address.port, address.host, () => {
      listening.off('error', reject);
      resolve();
    });
  }).catch((error: unknown) => {
    folder.stop();
    sessions.stop();
    throw error;
  });
  let drained: NodeJS.Timeout | undefined;
  listening.on('error', (error) => log.error({ error: error.message }, 'a listener of the platform failed'));
  return {
    port: (listening.address() as AddressInfo).port,
    drain(graceMs) {
      sessions.notify();
      // By itself the gRPC server refuses at once whatever is under way to it.
      drained = setTimeout(() => injector.drain(Math.max(0, graceMs - NOTICE_MS)), Math.min(NOTICE_MS, graceMs));
    },
    stop() {
      clearTimeout(drained);
      sessions.stop();
      folder.stop();
      listening.close();
    },
  };
}

/** The HTTP/2 sessions of one listener's connections. The gRPC server keeps them to itself; Node tells of each stream that begins. */
class ListenerSessions {
  private readonly peers = new Set<string>();
  private readonly sessions = new Set<Http2Session>();
  private readonly began = (message: unknown): void => {
    const { session } = (message as { stream: ServerHttp2Stream }).stream;
    if (!session || this.sessions.has(session) || !this.peers.has(peerOf(session.socket))) return;
    this.sessions.add(session);
    session.once('close', () => this.sessions.delete(session));
  };

  constructor() {
    channel(STREAM_BEGAN).subscribe(this.began);
  }

  expect(socket: TLSSocket): void {
    const peer = peerOf(socket);
    this.peers.add(peer);
    socket.once('close', () => this.peers.delete(peer));
  }

  notify(): void {
    for (const session of this.sessions) if (!session.closed && !session.destroyed) session.goaway(0, EVERY_STREAM);
  }

  stop(): void {
    channel(STREAM_BEGAN).unsubscribe(this.began);
  }
}

const STREAM_BEGAN = 'http2.server.stream.created';
const peerOf = ({ localPort, remoteAddress, remotePort }: Pick<TLSSocket, 'localPort' | 'remoteAddress' | 'remotePort'>): string =>
  `${localPort} ${remoteAddress} ${remotePort}`;

function namesOf(socket: TLSSocket): string[] {
  const names = socket.getPeerX509Certificate()?.subjectAltName ?? '';
  return names.split(', ').flatMap((entry) => (entry.startsWith('DNS:') ? [entry.slice(4)] : []));
}
