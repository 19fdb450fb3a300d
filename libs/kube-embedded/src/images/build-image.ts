import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { TidegateError } from '@tidegate/kernel';
import { codes } from './errors.js';
import { type ImageDescription, readImageDescription } from './image-description.js';
import { parseImageReference } from './image-reference.js';
import { CONFIG_TYPE, LAYER_TYPE, MANIFEST_TYPE, OciLayout, REF_NAME, RUNTIME_ANNOTATION } from './oci-layout.js';
import { packFolder } from './pack-folder.js';

export interface BuildImageOptions {
  /** Folder with tidegate-image.json. */
  dir: string;
  /** The image store, an OCI image layout; made when absent. */
  storeDir: string;
  /** `name:tag` or `:tag` in place of the description's. */
  tag?: string;
}

export interface BuiltImage {
  reference: string;
  /** sha256:... of the manifest. */
  digest: string;
  layerBytes: number;
}

const ARCHITECTURES: Record<string, string> = { x64: 'amd64', arm64: 'arm64' };
const EPOCH = '1970-01-01T00:00:00Z';
const LOCK_TRIES = 200;

/** Packs a folder into the image store. The same folder gives the same digest. Throws IMAGE_DESCRIPTION_INVALID, IMAGE_SOURCE_INVALID, IMAGE_STORE_INVALID. */
export async function buildImage(options: BuildImageOptions): Promise<BuiltImage> {
  const description = readImageDescription(options.dir);
  const reference = referenceOf(description, options.tag);
  const layout = new OciLayout(options.storeDir);
  layout.prepare();
  const temporary = path.join(options.storeDir, `layer.${process.pid}.tmp`);
  let layer;
  try {
    const packed = packFolder(options.dir, description.workingDir.replace(/^\/+|\/+$/g, ''), description.files, temporary);
    layer = layout.putFile(LAYER_TYPE, temporary, packed.sha256, packed.size);
  } finally {
    rmSync(temporary, { force: true });
  }
  const config = layout.putJson(CONFIG_TYPE, imageConfig(description, layer.digest));
  const manifest = layout.putJson(MANIFEST_TYPE, {
    schemaVersion: 2,
    mediaType: MANIFEST_TYPE,
    config,
    layers: [layer],
    annotations: { [RUNTIME_ANNOTATION]: description.runtime },
  });
  await withLock(options.storeDir, () => {
    const index = layout.index();
    const others = index.manifests.filter((m) => m.annotations?.[REF_NAME] !== reference);
    layout.writeIndex({ schemaVersion: 2, manifests: [...others, { ...manifest, annotations: { [REF_NAME]: reference } }] });
  });
  return { reference, digest: manifest.digest, layerBytes: layer.size };
}

function referenceOf(description: ImageDescription, tag: string | undefined): string {
  if (tag === undefined) return `${description.name}:${description.tag}`;
  const { repository, tag: named } = parseImageReference(tag.startsWith(':') ? `${description.name}${tag}` : tag);
  return `${repository}:${named ?? 'latest'}`;
}

function imageConfig(description: ImageDescription, diffId: string): unknown {
  return {
    created: EPOCH,
    architecture: ARCHITECTURES[process.arch] ?? process.arch,
    os: 'linux',
    config: {
      Env: Object.entries(description.env).map(([name, value]) => `${name}=${value}`),
      Entrypoint: description.command,
      ...(description.args ? { Cmd: description.args } : {}),
      WorkingDir: description.workingDir,
      ExposedPorts: Object.fromEntries(description.ports.map((p) => [`${p}/tcp`, {}])),
    },
    rootfs: { type: 'layers', diff_ids: [diffId] },
    history: [{ created: EPOCH, created_by: 'tidegate image build' }],
  };
}

/** Two builds at once take turns at the index: a folder is made by one of them only. */
async function withLock(storeDir: string, work: () => void): Promise<void> {
  const lock = path.join(storeDir, 'index.lock');
  for (let i = 0; ; i++) {
    try {
      mkdirSync(lock);
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      if (i >= LOCK_TRIES) {
        throw new TidegateError(codes.IMAGE_STORE_INVALID, `Another build holds ${lock}.`, {
          remedy: 'Wait for it, or remove that folder if none is running.',
        });
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  try {
    work();
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}
