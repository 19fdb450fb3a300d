import { Agent, request } from 'node:http';

export interface Answered {
  status: number;
  /** Name of the pod that answered. */
  pod: string;
}

/** Requests to one host through the gateway, over kept-alive connections, and what became of them. */
export class Load {
  readonly answers: Answered[] = [];
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 200 });
  private readonly loops: Promise<void>[] = [];
  private stopped = false;

  constructor(
    private readonly port: number,
    private readonly host: string,
  ) {}

  /** Answers that were no 200; 0 stands for no answer. */
  get failed(): number[] {
    return this.answers.map(({ status }) => status).filter((status) => status !== 200);
  }

  /** One request that the service answers after `sleepMs`. */
  ask(sleepMs: number): Promise<Answered> {
    return new Promise((resolve) => {
      const done = (answered: Answered): void => {
        this.answers.push(answered);
        resolve(answered);
      };
      const call = request(
        { host: '127.0.0.1', port: this.port, path: `/?sleep=${sleepMs}`, headers: { host: this.host }, agent: this.agent },
        (response) => {
          response.resume();
          response.once('end', () => done({ status: response.statusCode ?? 0, pod: String(response.headers['x-pod'] ?? '') }));
          response.once('error', () => done({ status: 0, pod: '' }));
        },
      );
      call.once('error', () => done({ status: 0, pod: '' }));
      call.end();
    });
  }

  /** So many clients, each of which asks again as soon as it has its answer, until `stop`. */
  run(clients: number, sleepMs: number): void {
    const loop = async (): Promise<void> => {
      while (!this.stopped) await this.ask(sleepMs);
    };
    for (let i = 0; i < clients; i++) this.loops.push(loop());
  }

  /** Lets what is under way end. */
  async stop(): Promise<void> {
    this.stopped = true;
    await Promise.all(this.loops);
    this.agent.destroy();
  }
}
