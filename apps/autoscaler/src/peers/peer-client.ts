import type { Client } from '@grpc/grpc-js';
import { dial } from '@tidegate/grpc-link';
import type { Clock, DialAddress, Logger } from '@tidegate/kernel';
import { type PeerReport, type PeerWake, peerService } from './peer-service.js';

/** A replica that has not answered by then is taken for one that did not hear. */
const ANSWER_WITHIN_MS = 1_500;

/** Talks to one other replica. Calls reject when it does not answer in time. */
export class PeerClient {
  private readonly client: Client;
  private reporting = false;

  constructor(
    address: DialAddress,
    private readonly clock: Clock,
    log: Logger,
  ) {
    this.client = dial(address, { log, channel: { 'grpc.initial_reconnect_backoff_ms': 100, 'grpc.max_reconnect_backoff_ms': 1_000 } });
  }

  /** One at a time: a report that would overtake another is refused. */
  async report(message: PeerReport): Promise<void> {
    if (this.reporting) throw new Error('the replica has not answered the last report');
    this.reporting = true;
    try {
      await this.call(peerService.Report, message);
    } finally {
      this.reporting = false;
    }
  }

  wake(message: PeerWake): Promise<void> {
    return this.call(peerService.Wake, message);
  }

  close(): void {
    this.client.close();
  }

  private call<Request>(
    {
      path,
      requestSerialize,
      responseDeserialize,
    }: { path: string; requestSerialize(r: Request): Buffer; responseDeserialize(b: Buffer): object },
    message: Request,
  ): Promise<void> {
    const deadline = new Date(this.clock.now() + ANSWER_WITHIN_MS);
    return new Promise((resolve, reject) => {
      this.client.makeUnaryRequest(path, requestSerialize, responseDeserialize, message, { deadline }, (error) =>
        error ? reject(error) : resolve(),
      );
    });
  }
}
