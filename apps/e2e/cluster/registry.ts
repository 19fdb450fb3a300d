import { spawnSync } from 'node:child_process';
import { createReadStream, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

interface OciIndex {
  manifests: { digest: string; mediaType: string; annotations?: Record<string, string> }[];
}
interface Held {
  mediaType: string;
  digest: string;
  folder: string;
}

export interface Registry {
  port: number;
  /** Requests of who was let in and of who was not. */
  readonly asked: { allowed: number; refused: number };
  stop(): Promise<void>;
}

/**
 * A registry (the distribution API, for pulls alone) of images in OCI archives, as `tools/images` writes them: name and tag are the archive's own.
 * Who does not show the login gets 401.
 */
export async function startRegistry(
  archives: readonly string[],
  host: string,
  login: { user: string; password: string },
): Promise<Registry> {
  const work = mkdtempSync(path.join(tmpdir(), 'tidegate-registry-'));
  const held = new Map<string, Held>();
  for (const [i, archive] of archives.entries()) {
    const folder = path.join(work, String(i));
    const unpacked = spawnSync('sh', ['-c', 'mkdir -p "$1" && tar -xf "$0" -C "$1"', archive, folder], { encoding: 'utf8' });
    if (unpacked.status !== 0) throw new Error(`${archive} cannot be unpacked: ${unpacked.stderr}`);
    const { manifests } = JSON.parse(readFileSync(path.join(folder, 'index.json'), 'utf8')) as OciIndex;
    for (const { digest, mediaType, annotations = {} } of manifests) {
      const [, name = '', tag = ''] = /([^/]+):([^:]+)$/.exec(annotations['org.opencontainers.image.ref.name'] ?? '') ?? [];
      for (const reference of [tag, digest]) held.set(`${name}/manifests/${reference}`, { mediaType, digest, folder });
    }
  }
  const asked = { allowed: 0, refused: 0 };
  const wanted = `Basic ${Buffer.from(`${login.user}:${login.password}`).toString('base64')}`;
  const blobOf = (folder: string, digest: string): string => path.join(folder, 'blobs', digest.replace(':', '/'));

  const server: Server = createServer((request, response) => {
    if (request.headers.authorization !== wanted) {
      asked.refused += 1;
      response.writeHead(401, { 'www-authenticate': 'Basic realm="tidegate journey"' }).end();
      return;
    }
    asked.allowed += 1;
    // Nodes that are told of another address say the name in the query.
    const { pathname } = new URL(request.url ?? '/', 'http://registry');
    const [, name = '', kind = '', reference = ''] = /^\/v2\/([\w-]+)\/(manifests|blobs)\/([\w.:-]+)$/.exec(pathname) ?? [];
    const manifest = held.get(`${name}/${kind}/${reference}`);
    const isDigest = /^sha256:[0-9a-f]{64}$/.test(reference);
    const blob = [...held.values()]
      .map(({ folder }) => blobOf(folder, reference))
      .find((file) => kind === 'blobs' && isDigest && existsSync(file));
    const file = manifest ? blobOf(manifest.folder, manifest.digest) : blob;
    if (pathname === '/v2/') response.writeHead(200).end('{}');
    else if (file === undefined) response.writeHead(404).end();
    else {
      response.writeHead(200, {
        'content-type': manifest?.mediaType ?? 'application/octet-stream',
        'content-length': statSync(file).size,
        'docker-content-digest': manifest?.digest ?? reference,
      });
      if (request.method === 'HEAD') response.end();
      else createReadStream(file).pipe(response);
    }
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, host, resolve));
  return {
    port: (server.address() as AddressInfo).port,
    asked,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      rmSync(work, { recursive: true, force: true });
    },
  };
}
