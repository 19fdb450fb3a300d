import { TidegateError } from '@tidegate/kernel';
import type { DigestResolver, RegistryCredentials } from './digest-resolver.js';
import { codes, readImageName, type ImageName } from './image-name.js';

const MANIFESTS = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');
const DIGEST = /^sha256:[0-9a-f]{64}$/;
/** Tokens are small; more is no token. */
const LONGEST_TOKEN_ANSWER = 65_536;

/**
 * Asks the registry by the distribution API: HEAD of the manifest, once more with what the answer asks for (RFC 7235: Basic, or Bearer with a
 * token from the realm). Registries of this machine (localhost, *.local) are asked without TLS, as Docker does.
 */
export const registryResolver: DigestResolver = {
  async resolve(image, credentials, signal) {
    const name = readImageName(image);
    const url = `${schemeOf(name.registry)}://${hostOf(name.registry)}/v2/${name.repository}/manifests/${name.tag}`;
    const first = await head(url, undefined, signal);
    const answer = first.status === 401 ? await head(url, await authorization(first, name, credentials, signal), signal) : first;
    const digest = answer.headers.get('docker-content-digest') ?? '';
    if (answer.ok && DIGEST.test(digest)) return `${name.registry}/${name.repository}@${digest}`;
    if (answer.ok) throw unresolved(`${name.registry} answered without a digest for ${name.repository}:${name.tag}`);
    throw unresolved(`HEAD ${url}: unexpected status code ${answer.status} ${answer.statusText}`.trim());
  },
};

async function head(url: string, authorizationHeader: string | undefined, signal: AbortSignal): Promise<Response> {
  const headers = { accept: MANIFESTS, ...(authorizationHeader === undefined ? {} : { authorization: authorizationHeader }) };
  return ask(url, { method: 'HEAD', headers, signal });
}

async function ask(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (error) {
    const { host } = new URL(url);
    throw unresolved(init.signal?.aborted ? `${host} did not answer in time` : `${host} cannot be reached`, error);
  }
}

async function authorization(refused: Response, name: ImageName, credentials: RegistryCredentials, signal: AbortSignal): Promise<string> {
  const challenge = refused.headers.get('www-authenticate') ?? '';
  const known = credentials.get(name.registry);
  const basic = known && `Basic ${Buffer.from(`${known.username}:${known.password}`).toString('base64')}`;
  if (/^basic\b/i.test(challenge)) {
    if (basic) return basic;
    throw unresolved(`${name.registry} wants a user and a password; add an imagePullSecret`);
  }
  const parameter = (key: string): string | undefined => new RegExp(`${key}="([^"]*)"`, 'i').exec(challenge)?.[1];
  const realm = parameter('realm');
  if (!/^bearer\b/i.test(challenge) || realm === undefined || !URL.canParse(realm))
    throw unresolved(`${name.registry} refused without saying how to ask`);
  const url = new URL(realm);
  if (url.protocol !== 'https:' && schemeOf(url.host) !== 'http') throw unresolved(`${name.registry} names a realm without TLS`);
  url.searchParams.set('service', parameter('service') ?? name.registry);
  url.searchParams.set('scope', `repository:${name.repository}:pull`);
  const answer = await ask(url.href, { headers: basic ? { authorization: basic } : {}, signal });
  if (!answer.ok) throw unresolved(`${url.host} gave no token: status ${answer.status}`);
  return `Bearer ${await tokenOf(answer, url.host)}`;
}

async function tokenOf(answer: Response, host: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of answer.body ?? []) {
    size += chunk.byteLength;
    if (size > LONGEST_TOKEN_ANSWER) throw unresolved(`${host} answered with more than a token`);
    chunks.push(chunk);
  }
  try {
    const json: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    if (typeof json === 'object' && json !== null) {
      const token = ('token' in json && json.token) || ('access_token' in json && json.access_token);
      if (typeof token === 'string') return token;
    }
  } catch (error) {
    throw unresolved(`${host} answered with no token`, error);
  }
  throw unresolved(`${host} answered with no token`);
}

function schemeOf(registry: string): 'http' | 'https' {
  return /^(localhost|127(\.\d+){3}|\[::1\]|[\w.-]+\.local)(:\d+)?$/.test(registry) ? 'http' : 'https';
}

/** Docker Hub's name is not its address. */
function hostOf(registry: string): string {
  return registry === 'index.docker.io' || registry === 'docker.io' ? 'index.docker.io' : registry;
}

function unresolved(message: string, cause?: unknown): TidegateError {
  return new TidegateError(codes.SERVING_IMAGE_UNRESOLVED, message, cause === undefined ? {} : { cause });
}
