/** The same shapes as the Kubernetes transport port, which this implements without resting on it: the port's own tests use it. */
export interface ScriptedRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: string;
  query?: Record<string, string>;
  contentType?: string;
  body?: unknown;
  signal?: AbortSignal;
}

export interface ScriptedAnswer {
  status: number;
  body: unknown;
}

export interface ScriptedFrame {
  type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  object: unknown;
}

type Step = { frame: ScriptedFrame } | { end: true } | { fail: Error };

/** One watch that the code under test opened; the test plays the server's side. */
export class ScriptedWatch {
  readonly request: ScriptedRequest;
  /** The client went away (abort or return). */
  closed = false;
  private readonly steps: Step[] = [];
  private wake: () => void = () => undefined;

  constructor(request: ScriptedRequest) {
    this.request = request;
    request.signal?.addEventListener('abort', () => this.fail(new Error('aborted', { cause: request.signal?.reason })), { once: true });
  }

  send(type: ScriptedFrame['type'], object: unknown): void {
    this.push({ frame: { type, object } });
  }
  /** The server ends the watch, as it does after its timeout. */
  end(): void {
    this.push({ end: true });
  }
  /** The connection breaks. */
  fail(error: Error): void {
    this.push({ fail: error });
  }

  async *frames(): AsyncGenerator<ScriptedFrame> {
    try {
      for (;;) {
        const step = this.steps.shift();
        if (!step) {
          await new Promise<void>((resolve) => (this.wake = resolve));
          continue;
        }
        if ('end' in step) return;
        if ('fail' in step) throw step.fail;
        yield step.frame;
      }
    } finally {
      this.closed = true;
    }
  }

  private push(step: Step): void {
    this.steps.push(step);
    this.wake();
  }
}

type Answering = (request: ScriptedRequest) => ScriptedAnswer | Promise<ScriptedAnswer>;

/** A Kubernetes transport whose answers a test writes down. A call without an answer gets a 404 Status, as an unknown path does. */
export class ScriptedTransport {
  readonly calls: ScriptedRequest[] = [];
  readonly watches: ScriptedWatch[] = [];
  private readonly answers: { method: string; path: string; answer: Answering }[] = [];

  /** `path` is exact, without query. The newest script for a call wins. */
  on(method: ScriptedRequest['method'], path: string, answer: ScriptedAnswer | Answering): this {
    this.answers.unshift({ method, path, answer: typeof answer === 'function' ? answer : () => answer });
    return this;
  }

  async call(request: ScriptedRequest): Promise<ScriptedAnswer> {
    this.calls.push(request);
    const found = this.answers.find((a) => a.method === request.method && a.path === request.path);
    return found ? await found.answer(request) : refusal(404, 'NotFound', `${request.path} not found`);
  }

  watch(request: ScriptedRequest): AsyncIterable<ScriptedFrame> {
    const opened = new ScriptedWatch(request);
    this.watches.push(opened);
    return opened.frames();
  }

  async *text(request: ScriptedRequest): AsyncGenerator<string> {
    const answer = await this.call(request);
    yield String(answer.body);
  }
}

/** A metav1.Status as the API server words it. */
export function refusal(code: number, reason: string, message: string): ScriptedAnswer {
  return { status: code, body: { kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason, message } };
}
