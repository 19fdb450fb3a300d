import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { TidegateError } from '@tidegate/kernel';
import { z } from 'zod';
import { codes } from './errors.js';
import { RUNTIMES } from './image-description.js';

export const REF_NAME = 'org.opencontainers.image.ref.name';
export const RUNTIME_ANNOTATION = 'dev.tidegate.runtime';
export const MANIFEST_TYPE = 'application/vnd.oci.image.manifest.v1+json';
export const CONFIG_TYPE = 'application/vnd.oci.image.config.v1+json';
export const LAYER_TYPE = 'application/vnd.oci.image.layer.v1.tar';
const MAX_JSON_BYTES = 4 * 2 ** 20;

const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/);
const descriptorSchema = z.object({
  mediaType: z.string(),
  digest,
  size: z.number(),
  annotations: z.record(z.string(), z.string()).optional(),
});
export type Descriptor = z.infer<typeof descriptorSchema>;

export const indexSchema = z.object({
  schemaVersion: z.literal(2),
  mediaType: z.string().optional(),
  manifests: z.array(descriptorSchema),
});
export type ImageIndex = z.infer<typeof indexSchema>;

export const manifestSchema = z.object({
  config: descriptorSchema,
  layers: z.array(descriptorSchema).max(128),
  annotations: z.object({ [RUNTIME_ANNOTATION]: z.enum(RUNTIMES) }).loose(),
});

export const configSchema = z.object({
  config: z
    .object({
      Env: z.array(z.string()).default([]),
      Entrypoint: z.array(z.string()).nullish(),
      Cmd: z.array(z.string()).nullish(),
      WorkingDir: z.string().default('/'),
      ExposedPorts: z.record(z.string(), z.unknown()).default({}),
    })
    .default({ Env: [], WorkingDir: '/', ExposedPorts: {} }),
});

/** An OCI image layout (image-layout.md 1.0): oci-layout, index.json, blobs/sha256. */
export class OciLayout {
  readonly dir: string;

  constructor(dir: string) {
    this.dir = dir;
  }

  /** Makes the folder a layout; harmless when it is one. */
  prepare(): void {
    mkdirSync(path.join(this.dir, 'blobs', 'sha256'), { recursive: true, mode: 0o755 });
    const marker = path.join(this.dir, 'oci-layout');
    if (!existsSync(marker)) writeFileSync(marker, `${JSON.stringify({ imageLayoutVersion: '1.0.0' })}\n`);
  }

  blobPath(blobDigest: string): string {
    return path.join(this.dir, 'blobs', 'sha256', digest.parse(blobDigest).slice('sha256:'.length));
  }

  index(): ImageIndex {
    const file = path.join(this.dir, 'index.json');
    if (!existsSync(file)) return { schemaVersion: 2, manifests: [] };
    return this.parse(indexSchema, readFileSync(file, 'utf8'), file);
  }

  /** Whole or not at all. */
  writeIndex(index: ImageIndex): void {
    const file = path.join(this.dir, 'index.json');
    const temporary = `${file}.${process.pid}`;
    writeFileSync(temporary, `${JSON.stringify(index, null, 2)}\n`);
    renameSync(temporary, file);
  }

  putJson(mediaType: string, value: unknown): Descriptor {
    const bytes = Buffer.from(JSON.stringify(value));
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const blob = `sha256:${sha256}`;
    if (!existsSync(this.blobPath(blob))) {
      const temporary = `${this.blobPath(blob)}.${process.pid}`;
      writeFileSync(temporary, bytes);
      renameSync(temporary, this.blobPath(blob));
    }
    return { mediaType, digest: blob, size: bytes.length };
  }

  /** Takes a finished file over as a blob. */
  putFile(mediaType: string, file: string, sha256: string, size: number): Descriptor {
    const blob = `sha256:${sha256}`;
    if (existsSync(this.blobPath(blob))) rmSync(file);
    else renameSync(file, this.blobPath(blob));
    return { mediaType, digest: blob, size };
  }

  readJson<S extends z.ZodType>(schema: S, blobDigest: string): z.infer<S> {
    const file = this.blobPath(blobDigest);
    const bytes = readFileSync(file);
    if (bytes.length > MAX_JSON_BYTES) throw broken(file, 'is larger than 4 MiB');
    if (`sha256:${createHash('sha256').update(bytes).digest('hex')}` !== blobDigest)
      throw broken(file, 'does not have the content that its name says');
    return this.parse(schema, bytes.toString('utf8'), file);
  }

  private parse<S extends z.ZodType>(schema: S, text: string, file: string): z.infer<S> {
    let json: unknown;
    try {
      json = JSON.parse(text);
    } catch (error) {
      throw broken(file, 'is not JSON', error);
    }
    const parsed = schema.safeParse(json);
    if (!parsed.success)
      throw broken(
        file,
        `is not what the image format says: ${parsed.error.issues.map((i) => `${i.path.join('.')}: ${i.message}`).join('; ')}`,
      );
    return parsed.data;
  }
}

function broken(file: string, why: string, cause?: unknown): TidegateError {
  return new TidegateError(codes.IMAGE_STORE_INVALID, `${file} ${why}.`, { remedy: 'Build the image again.', cause });
}
