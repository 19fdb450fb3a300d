import { request as httpsRequest } from 'node:https';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

export interface RawCall {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: string;
  body?: unknown;
  contentType?: string;
  accept?: string;
  /** Impersonate-User; groups follow after commas: `dev,devs`. */
  as?: string;
  /** A bearer token. */
  token?: string;
  /** Repeated until the answer is so, for what happens after an answer. */
  until?: (answer: RawAnswer) => boolean;
  /** Of a call that prepares: a status that is not a success and meant so. */
  expects?: number;
  /** Top-level or dotted fields of the answer that need not agree, each with its reason beside the call. */
  ignore?: string[];
}

export interface RawAnswer {
  status: number;
  contentType: string;
  warnings: string[];
  /** Parsed when it is JSON, else text. Watches are a list of frames. */
  body: unknown;
}

export interface Endpoint {
  url: string;
  ca: string;
  cert: string;
  key: string;
}

/** Reads the administrator's kubeconfig: client certificate in data or files. */
export function endpointOf(kubeconfig: string): Endpoint {
  const config = parse(kubeconfig) as {
    clusters: { cluster: Record<string, string> }[];
    users: { user: Record<string, string> }[];
  };
  const cluster = config.clusters[0]?.cluster ?? {};
  const user = config.users[0]?.user ?? {};
  const pem = (from: Record<string, string>, name: string): string =>
    from[`${name}-data`] ? Buffer.from(from[`${name}-data`] ?? '', 'base64').toString() : readFileSync(from[name] ?? '', 'utf8');
  return {
    url: cluster['server'] ?? '',
    ca: pem(cluster, 'certificate-authority'),
    cert: pem(user, 'client-certificate'),
    key: pem(user, 'client-key'),
  };
}

/** One call as a client makes it, with nothing between the test and the wire. */
export function rawCall(endpoint: Endpoint, call: RawCall): Promise<RawAnswer> {
  const body = call.body === undefined ? undefined : typeof call.body === 'string' ? call.body : JSON.stringify(call.body);
  const [user, ...groups] = call.as?.split(',') ?? [];
  const headers: Record<string, string | string[]> = { accept: call.accept ?? 'application/json' };
  if (body !== undefined) headers['content-type'] = call.contentType ?? 'application/json';
  if (body !== undefined) headers['content-length'] = String(Buffer.byteLength(body));
  if (call.token !== undefined) headers['authorization'] = `Bearer ${call.token}`;
  if (user !== undefined) headers['impersonate-user'] = user;
  if (groups.length > 0) headers['impersonate-group'] = groups;
  const { ca, cert, key } = endpoint;
  return new Promise((resolve, reject) => {
    const sent = httpsRequest(
      new URL(call.path, endpoint.url),
      { method: call.method ?? 'GET', headers, ca, cert, key, agent: false },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('error', reject);
        answer.on('end', () =>
          resolve({
            status: answer.statusCode ?? 0,
            contentType: answer.headers['content-type'] ?? '',
            warnings: warningsOf(answer.rawHeaders),
            body: parsed(Buffer.concat(chunks).toString('utf8'), call.path),
          }),
        );
      },
    );
    sent.setTimeout(20_000, () => sent.destroy(new Error(`no answer to ${call.path}`)));
    sent.on('error', reject);
    sent.end(body);
  });
}

function warningsOf(rawHeaders: string[]): string[] {
  return rawHeaders.flatMap((text, i) => (i % 2 === 1 && rawHeaders[i - 1]?.toLowerCase() === 'warning' ? [text] : []));
}

function parsed(text: string, path: string): unknown {
  try {
    if (path.includes('watch=true') && !text.includes('"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure"'))
      return text
        .split('\n')
        .filter(Boolean)
        .map((line): unknown => JSON.parse(line));
    return JSON.parse(text);
  } catch {
    return text;
  }
}
