import { request } from 'node:https';

/** Where a webhook is, as WebhookConfigurations and CustomResourceDefinitions write it. */
export interface WebhookAddress {
  url?: string;
  service?: { namespace: string; name: string; path?: string; port?: number };
  caBundle?: string;
}

/** Where a service-based webhook listens: `https://host:port` and the name its certificate is for; undefined when the Service has no endpoint. */
export type ResolveService = (namespace: string, name: string, port: number) => { host: string; port: number } | undefined;

const LARGEST_ANSWER_BYTES = 3 * 1024 * 1024;

interface Endpoint {
  url: URL;
  host: string;
  port: number;
  servername: string;
}

function endpointOf({ url, service }: WebhookAddress, resolve: ResolveService): Endpoint {
  if (url) {
    const parsed = new URL(url);
    const host = parsed.hostname.replace(/^\[|\]$/g, '');
    return { url: parsed, host, port: Number(parsed.port || 443), servername: host };
  }
  if (!service) throw new Error('webhook must have either url or service');
  const servername = `${service.name}.${service.namespace}.svc`;
  const port = service.port ?? 443;
  const parsed = new URL(`https://${servername}:${port}${service.path ?? ''}`);
  const endpoint = resolve(service.namespace, service.name, port);
  if (!endpoint) throw new Error(`Post "${parsed.href}": no endpoints available for service "${service.name}"`);
  return { url: parsed, host: endpoint.host, port: endpoint.port, servername };
}

/** The text of the answer with status 200. Throws an Error in the words of Go's client: `Post "https://...": ...`. */
export async function postJson(address: WebhookAddress, timeoutS: number, body: unknown, resolve: ResolveService, ...query: string[]): Promise<string> {
  const endpoint = endpointOf(address, resolve);
  for (const words of query) endpoint.url.search += `${endpoint.url.search ? '&' : '?'}${words}`;
  return post(endpoint, address.caBundle, timeoutS, JSON.stringify(body)).catch((error: unknown) => {
    throw new Error(`Post "${endpoint.url.href}": ${(error as Error).message}`);
  });
}

function post({ url, host, port, servername }: Endpoint, caBundle: string | undefined, timeoutS: number, body: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        host,
        port,
        ...(/^[\d.]+$|:/.test(servername) ? {} : { servername }),
        path: `${url.pathname}${url.search}`,
        method: 'POST',
        headers: { host: url.host, 'content-type': 'application/json', accept: 'application/json', 'content-length': Buffer.byteLength(body) },
        ...(caBundle ? { ca: Buffer.from(caBundle, 'base64') } : {}),
        signal: AbortSignal.timeout(timeoutS * 1000),
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
          if (text.length > LARGEST_ANSWER_BYTES) outgoing.destroy(new Error('the answer is larger than 3 MiB'));
        });
        response
          .on('error', reject)
          .on('end', () => (response.statusCode === 200 ? resolve(text) : reject(new Error(`unexpected status ${response.statusCode}`))));
      },
    );
    outgoing.on('error', (error) =>
      reject(error.name === 'TimeoutError' || error.name === 'AbortError' ? new Error('context deadline exceeded') : error),
    );
    outgoing.end(body);
  });
}
