import { KubeClient, type Secret } from '@tidegate/kube';
import { type ScriptedRequest, ScriptedTransport, refusal } from '@tidegate/testing';

const PATH = '/api/v1/namespaces/tidegate-system/secrets';

/** The Secrets of one namespace, with Kubernetes' optimistic locking. */
export class SecretStore {
  readonly transport = new ScriptedTransport();
  readonly client = new KubeClient(this.transport);
  readonly secrets: Map<string, Secret> = new Map();
  private version = 0;

  constructor(names: readonly string[]) {
    for (const name of names) {
      this.transport.on('GET', `${PATH}/${name}`, () => {
        const body = this.secrets.get(name);
        return body ? { status: 200, body } : refusal(404, 'NotFound', `${name} not found`);
      });
      this.transport.on('PUT', `${PATH}/${name}`, (request) => this.put(request));
    }
    this.transport.on('POST', PATH, (request) => this.put(request));
  }

  text(name: string, key: string): string {
    return Buffer.from(this.secrets.get(name)?.data?.[key] ?? '', 'base64').toString('utf8');
  }

  private put({ method, body }: ScriptedRequest): { status: number; body: unknown } {
    const sent = body as Secret;
    const name = sent.metadata?.name ?? '';
    const before = this.secrets.get(name);
    if (method === 'POST' && before) return refusal(409, 'AlreadyExists', `${name} already exists`);
    if (method === 'PUT' && sent.metadata?.resourceVersion !== before?.metadata?.resourceVersion)
      return refusal(409, 'Conflict', `${name} has been modified`);
    const stored = { ...sent, metadata: { ...sent.metadata, resourceVersion: String(++this.version) } };
    this.secrets.set(name, stored);
    return { status: method === 'POST' ? 201 : 200, body: stored };
  }
}
