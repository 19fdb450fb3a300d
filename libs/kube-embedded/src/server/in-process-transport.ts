import type { ApiRequest, ApiResponse, Transport, WatchFrame } from '@tidegate/kube';
import { TidegateError } from '@tidegate/kernel';
import type { KubernetesApi } from '../api/kubernetes-api.js';
import type { UserInfo } from '../auth/rbac.js';

/** Calls of controllers in this process: the same code path as HTTPS, without TLS and without turning objects into text and back. */
export class InProcessTransport implements Transport {
  constructor(
    private readonly api: KubernetesApi,
    private readonly user: UserInfo,
    private readonly userAgent: string,
  ) {}

  private answer(request: ApiRequest): ReturnType<KubernetesApi['answer']> {
    return this.api.answer({
      method: request.method,
      path: request.path,
      query: request.query ?? {},
      accept: request.accept,
      contentType: request.contentType,
      body: request.body,
      // Whoever holds a transport inside the process was handed it by the process's owner: it may act for others.
      user: request.impersonate ? { name: request.impersonate.user, groups: [...request.impersonate.groups, 'system:authenticated'] } : this.user,
      userAgent: this.userAgent,
      signal: request.signal ?? new AbortController().signal,
    });
  }

  async call(request: ApiRequest): Promise<ApiResponse> {
    request.signal?.throwIfAborted();
    const answer = await this.answer(request);
    if ('body' in answer) return { status: answer.status, body: answer.body };
    throw new TidegateError('KUBE_API_REFUSED', `${request.path} answers a stream.`);
  }

  async *watch(request: ApiRequest): AsyncIterable<WatchFrame> {
    const answer = await this.answer(request);
    if ('frames' in answer) yield* answer.frames;
    else if ('body' in answer) {
      // As over HTTP: some refusals are plain text, and a reader goes by the code.
      const status = typeof answer.body === 'object' && answer.body !== null ? answer.body : { message: String(answer.body) };
      yield { type: 'ERROR', object: { code: answer.status, ...status } };
    }
  }

  async *text(request: ApiRequest): AsyncIterable<string> {
    const answer = await this.answer(request);
    if ('text' in answer) yield* answer.text;
    else if ('body' in answer) {
      if (answer.status === 200) yield String(answer.body);
      else throw new TidegateError('KUBE_API_REFUSED', String((answer.body as { message?: string }).message ?? answer.status));
    }
  }
}
