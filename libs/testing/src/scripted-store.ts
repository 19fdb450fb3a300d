import { refusal, type ScriptedAnswer, type ScriptedRequest, type ScriptedTransport } from './scripted-transport.js';

interface Stored {
  metadata: { name: string; resourceVersion: string; [field: string]: unknown };
  [field: string]: unknown;
}

/**
 * Answers get, create and replace of one object path of a scripted transport, with Kubernetes' optimistic locking:
 * a second create is AlreadyExists, a replace with an old resourceVersion is Conflict.
 */
export class ScriptedStore {
  object: Stored | undefined;
  /** While set, every call is answered with it. */
  outage: ScriptedAnswer | Error | undefined;
  private version = 0;

  constructor(transport: ScriptedTransport, collectionPath: string, name: string) {
    const path = `${collectionPath}/${name}`;
    transport.on('GET', path, () =>
      this.during(() => (this.object ? { status: 200, body: this.object } : refusal(404, 'NotFound', `${name} not found`))),
    );
    transport.on('POST', collectionPath, (r) =>
      this.during(() => (this.object ? refusal(409, 'AlreadyExists', `${name} already exists`) : this.store(r))),
    );
    transport.on('PUT', path, (r) =>
      this.during(() => (this.isStale(r) ? refusal(409, 'Conflict', 'the object has been modified') : this.store(r))),
    );
  }

  private during(answer: () => ScriptedAnswer): ScriptedAnswer {
    if (this.outage instanceof Error) throw this.outage;
    return this.outage ?? answer();
  }

  private isStale(request: ScriptedRequest): boolean {
    const sent = metadataOf(request.body)['resourceVersion'];
    return sent !== undefined && sent !== this.object?.metadata.resourceVersion;
  }

  private store(request: ScriptedRequest): ScriptedAnswer {
    const metadata = metadataOf(request.body);
    this.object = {
      ...(typeof request.body === 'object' ? request.body : {}),
      metadata: { ...metadata, name: String(metadata['name']), resourceVersion: String(++this.version) },
    };
    return { status: request.method === 'POST' ? 201 : 200, body: this.object };
  }
}

function metadataOf(body: unknown): Record<string, unknown> {
  if (typeof body !== 'object' || body === null || !('metadata' in body)) return {};
  const { metadata } = body;
  return typeof metadata === 'object' && metadata !== null ? { ...metadata } : {};
}
