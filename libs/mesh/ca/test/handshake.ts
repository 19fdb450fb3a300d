import type { AddressInfo } from 'node:net';
import { type TlsOptions, connect, createServer } from 'node:tls';

export interface View {
  certificate: string;
  key: string;
  bundle: string;
}

/** A real handshake in which both ends show a certificate and check the other's; the first complaint, or undefined. */
export function handshake(server: View, client: View, name: string): Promise<string | undefined> {
  const options: TlsOptions = { cert: server.certificate, key: server.key, ca: server.bundle, requestCert: true, rejectUnauthorized: true };
  return new Promise((resolve) => {
    const listening = createServer(options, (socket) => socket.end('hello'));
    const done = (complaint?: string): void => {
      listening.close();
      resolve(complaint);
    };
    listening.on('tlsClientError', (error) => done(`server: ${error.message}`));
    listening.listen(0, '127.0.0.1', () => {
      const { port } = listening.address() as AddressInfo;
      const socket = connect({
        host: '127.0.0.1',
        port,
        servername: name,
        cert: client.certificate,
        key: client.key,
        ca: client.bundle,
      });
      // With TLS 1.3 a client knows only with the first byte that its certificate was taken.
      socket.once('data', () => {
        socket.destroy();
        done();
      });
      socket.once('error', (error) => done(`client: ${error.message}`));
    });
  });
}
