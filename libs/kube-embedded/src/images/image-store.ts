import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { parseImageReference } from './image-reference.js';
import type { Runtime } from './image-description.js';
import { OciLayout, REF_NAME, RUNTIME_ANNOTATION, configSchema, manifestSchema } from './oci-layout.js';
import { unpackLayer } from './unpack-layer.js';

export interface ResolvedImage {
  /** `name:tag` as the store knows it. */
  reference: string;
  /** sha256:... of the manifest. */
  digest: string;
  runtime: Runtime;
  env: string[];
  entrypoint: string[];
  cmd: string[];
  workingDir: string;
  /** TCP ports that its program listens on when nobody says otherwise, in the order of the image. */
  ports: number[];
  /** Folder with all layers on top of each other; read only, shared by pods. */
  rootDir: string;
}

const BUILD_TIME_MS = 3_600_000;

/** The images of one instance: an OCI layout and the unpacked form of each image that was used. */
export class ImageStore {
  readonly layout: OciLayout;
  private readonly unpackedDir: string;
  /** Unpacking that is under way, by digest; entries leave when it ends. */
  private readonly unpacking = new Map<string, Promise<void>>();

  /** `storeDir`: the layout; `unpackedDir`: where roots are made. Both readable by the pods' users. */
  constructor(storeDir: string, unpackedDir = path.join(storeDir, 'unpacked')) {
    this.layout = new OciLayout(storeDir);
    this.unpackedDir = unpackedDir;
    this.layout.prepare();
    mkdirSync(unpackedDir, { recursive: true, mode: 0o755 });
  }

  list(): { reference: string; digest: string }[] {
    return this.layout.index().manifests.flatMap((m) => {
      const reference = m.annotations?.[REF_NAME];
      return reference === undefined ? [] : [{ reference, digest: m.digest }];
    });
  }

  /** Undefined when the store has no such image. Throws IMAGE_STORE_INVALID or IMAGE_LAYER_INVALID when it has a damaged one. */
  async resolve(image: string): Promise<ResolvedImage | undefined> {
    const wanted = parseImageReference(image);
    const found = this.layout.index().manifests.find((m) => {
      const named = m.annotations?.[REF_NAME];
      if (wanted.digest !== undefined) return m.digest === wanted.digest;
      if (named === undefined) return false;
      const has = parseImageReference(named);
      return has.repository === wanted.repository && has.tag === wanted.tag;
    });
    if (!found) return undefined;
    const manifest = this.layout.readJson(manifestSchema, found.digest);
    const { config } = this.layout.readJson(configSchema, manifest.config.digest);
    const rootDir = path.join(this.unpackedDir, found.digest.slice('sha256:'.length));
    await this.unpackOnce(found.digest, rootDir, manifest.layers);
    return {
      reference: found.annotations?.[REF_NAME] ?? image,
      digest: found.digest,
      runtime: manifest.annotations[RUNTIME_ANNOTATION],
      env: config.Env,
      entrypoint: config.Entrypoint ?? [],
      cmd: config.Cmd ?? [],
      workingDir: config.WorkingDir,
      ports: exposedTcpPorts(config.ExposedPorts),
      rootDir,
    };
  }

  /** Removes what no name refers to any more and is older than an hour (a build may be on its way). Only before pods run. `now` in epoch ms. */
  prune(now: number): void {
    const keep = new Set<string>();
    for (const { digest } of this.layout.index().manifests) {
      const manifest = this.layout.readJson(manifestSchema, digest);
      for (const d of [digest, manifest.config.digest, ...manifest.layers.map((l) => l.digest)]) keep.add(d.slice('sha256:'.length));
    }
    for (const dir of [path.join(this.layout.dir, 'blobs', 'sha256'), this.unpackedDir]) {
      for (const name of readdirSync(dir)) {
        const file = path.join(dir, name);
        if (!keep.has(name) && now - statSync(file).mtimeMs > BUILD_TIME_MS) rmSync(file, { recursive: true, force: true });
      }
    }
  }

  private async unpackOnce(digest: string, rootDir: string, layers: { digest: string; mediaType: string }[]): Promise<void> {
    if (existsSync(rootDir)) return;
    const running = this.unpacking.get(digest);
    if (running) return running;
    const work = this.unpack(rootDir, layers).finally(() => this.unpacking.delete(digest));
    this.unpacking.set(digest, work);
    return work;
  }

  private async unpack(rootDir: string, layers: { digest: string; mediaType: string }[]): Promise<void> {
    const temporary = `${rootDir}.tmp`;
    rmSync(temporary, { recursive: true, force: true });
    mkdirSync(temporary, { mode: 0o755 });
    for (const layer of layers) await unpackLayer(this.layout.blobPath(layer.digest), layer.mediaType, layer.digest, temporary);
    renameSync(temporary, rootDir);
  }
}

/** From OCI's form, "8080/tcp" or "8080". */
function exposedTcpPorts(exposed: Record<string, unknown>): number[] {
  return Object.keys(exposed).flatMap((key) => {
    const port = Number(/^(\d{1,5})(?:\/tcp)?$/.exec(key)?.[1]);
    return port > 0 && port < 65_536 ? [port] : [];
  });
}
