import { type Server, createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { type Logger, TlsFolder } from '@tidegate/kernel';
import { KubernetesProxy, type KubernetesProxyOptions } from './kubernetes-proxy.js';

export interface ListenOptions {
  host: string;
  /** 0 for any free port. */
  port: number;
  /** Folder with tls.crt, tls.key and ca.crt; read again when it changes. kubectl tells nothing secret over plain HTTP. */
  tls: string;
}

const HEADERS_MS = 20_000;
const MOST_CONNECTIONS = 4_096;

/** Resolves once it listens. */
export async function startKubernetesProxy(options: KubernetesProxyOptions & { listen: ListenOptions; log: Logger }) {
  const { listen, log } = options;
  const proxy = new KubernetesProxy(options);
  const folder = new TlsFolder(listen.tls, log);
  const context = () => ({ cert: folder.current.certificate, key: folder.current.key });
  const server: Server = createServer({ ...context(), minVersion: 'TLSv1.2', keepAliveTimeout: 90_000, headersTimeout: HEADERS_MS }, (request, response) => void proxy.handle(request, response));
  server.maxConnections = MOST_CONNECTIONS;
  folder.onChange(() => server.setSecureContext(context()));
  server.on('upgrade', (request, socket, head) => void proxy.handleUpgrade(request, socket, head));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(listen.port, listen.host, () => {
      server.off('error', reject);
      server.on('error', (error) => log.error({ error: error.message }, 'the listener of the Kubernetes API for people failed'));
      resolve();
    });
  }).catch((error: unknown) => {
    folder.stop();
    throw error;
  });
  return {
    address: () => server.address() as AddressInfo,
    stop: async (): Promise<void> => {
      folder.stop();
      proxy.close();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}
