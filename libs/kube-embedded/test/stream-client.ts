import { once } from 'node:events';
import { waitFor } from '@tidegate/testing';
import { parse } from 'yaml';
import WebSocket from 'ws';
import type { EmbeddedApi } from '../src/index.js';

interface Kubeconfig {
  clusters: [{ cluster: { server: string; 'certificate-authority-data': string } }];
  users: [{ user: { 'client-certificate-data': string; 'client-key-data': string } }];
}

/** A client of exec, attach and port-forward over a websocket: what Kubernetes' client libraries send, byte by byte. */
export class StreamClient {
  private readonly channels = new Map<number, Buffer[]>();
  status: Record<string, unknown> | undefined;
  closed = false;

  private constructor(readonly socket: WebSocket) {
    socket.on('message', (message: Buffer) => {
      const channel = message[0] ?? 0;
      this.channels.set(channel, [...(this.channels.get(channel) ?? []), message.subarray(1)]);
    });
    socket.on('close', () => (this.closed = true));
    socket.on('error', () => (this.closed = true));
  }

  /** Rejects with `status: message` when the server does not switch. */
  static async open(
    api: EmbeddedApi,
    path: string,
    options: { user?: string; groups?: string[]; protocol?: string; headers?: Record<string, string> } = {},
  ): Promise<StreamClient> {
    const { user = 'admin', groups = ['system:masters'], protocol = 'v5.channel.k8s.io', headers = {} } = options;
    const config = parse(await api.issueKubeconfig(user, groups)) as Kubeconfig;
    const pem = (text: string): string => Buffer.from(text, 'base64').toString();
    const { cluster } = config.clusters[0];
    const identity = config.users[0].user;
    const socket = new WebSocket(`${cluster.server.replace('https:', 'wss:')}${path}`, protocol, {
      ca: pem(cluster['certificate-authority-data']),
      cert: pem(identity['client-certificate-data']),
      key: pem(identity['client-key-data']),
      headers,
    });
    const client = new StreamClient(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once('open', () => resolve());
      socket.once('unexpected-response', (_request, response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => (text += chunk.toString()));
        response.on('end', () => reject(new Error(`${response.statusCode}: ${(JSON.parse(text) as { message: string }).message}`)));
      });
    });
    return client;
  }

  bytes(channel: number): Buffer {
    return Buffer.concat(this.channels.get(channel) ?? []);
  }

  text(channel: number): string {
    return this.bytes(channel).toString();
  }

  send(channel: number, data: string | Buffer): void {
    this.socket.send(Buffer.concat([Buffer.from([channel]), Buffer.from(data)]));
  }

  /** v5 says that a channel has ended. */
  closeChannel(channel: number): void {
    this.socket.send(Buffer.from([255, channel]));
  }

  until(what: string, test: () => boolean): Promise<unknown> {
    return waitFor(`${what}; out: ${this.text(1).slice(-200)}`, () => Promise.resolve(test()), 15_000);
  }

  /** Waits for the end; its Status. */
  async end(): Promise<Record<string, unknown>> {
    if (!this.closed) await once(this.socket, 'close');
    return JSON.parse(this.text(3)) as Record<string, unknown>;
  }
}
