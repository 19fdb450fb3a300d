import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { FastifyInstance } from 'fastify';

const TYPES: Record<string, { type: string; packs: boolean }> = {
  '.js': { type: 'text/javascript; charset=utf-8', packs: true },
  '.css': { type: 'text/css; charset=utf-8', packs: true },
  '.svg': { type: 'image/svg+xml; charset=utf-8', packs: true },
  '.woff2': { type: 'font/woff2', packs: false },
};

export const SECURITY_HEADERS = {
  'content-security-policy':
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
};

/** Everybody may load it: it holds nothing, and its sign-in page is part of it. */
const open = { config: { isPublic: true } };

const pack = promisify(gzip);

const FOR_EVER = 'public, max-age=31536000, immutable';

/** Each file is packed once, for the first who asks. Bounded by the files of the console: their names say what is in them. */
function packer(): (file: string) => Promise<Buffer> {
  const kept = new Map<string, Promise<Buffer>>();
  return (file) => {
    const known = kept.get(file) ?? readFile(file).then((whole) => pack(whole));
    kept.set(file, known);
    // One that could not be read now may be later.
    known.catch(() => kept.delete(file));
    return known;
  };
}

/** Serves the built console: files with a hash in their name for ever, and the page itself for every other path. */
export function serveConsole(fastify: FastifyInstance, folder: string): void {
  const packedOnce = packer();
  fastify.get<{ Params: { file: string } }>('/assets/:file', open, async (request, reply) => {
    const { file } = request.params;
    const known = TYPES[path.extname(file)];
    if (!known || !/^[\w.-]+$/.test(file)) return reply.code(404).send('There is no such file.\n');
    const at = path.join(folder, 'assets', file);
    const found = await stat(at).catch(() => undefined);
    if (!found?.isFile()) return reply.code(404).send('There is no such file.\n');
    reply.headers({ ...SECURITY_HEADERS, 'content-type': known.type, 'cache-control': FOR_EVER, vary: 'accept-encoding' });
    if (!known.packs || !/\bgzip\b/.test(request.headers['accept-encoding'] ?? '')) return reply.send(createReadStream(at));
    return reply.header('content-encoding', 'gzip').send(await packedOnce(at));
  });
  fastify.get('/*', open, async (_request, reply) => {
    const page = await readFile(path.join(folder, 'index.html'));
    return reply.headers({ ...SECURITY_HEADERS, 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache' }).send(page);
  });
}
