import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { runProgram } from './run-program.js';

export interface ImagePlan {
  name: string;
  version: string;
  containerfile: string;
  /** The folder whose folders the Containerfile copies. */
  context: string;
  /** The OCI archive to write. */
  archive: string;
}

export interface BuiltImage {
  reference: string;
  /** Of the manifest: what a pod may name instead of a tag. */
  digest: string;
  archive: string;
  /** Compressed: what a node fetches, layer by layer as the Containerfile lists them. */
  layerBytes: number[];
  archiveBytes: number;
}

const Manifest = z.looseObject({ layers: z.array(z.looseObject({ size: z.int() })) });

/**
 * buildah with a storage of its own below `work`, so that nothing of another build is met and nothing stays. It fetches nothing: images start from scratch.
 */
export function openBuildah(work: string): { build(plan: ImagePlan): BuiltImage; remove(): void } {
  const storage = path.join(work, 'storage');
  const policy = path.join(work, 'policy.json');
  mkdirSync(storage, { recursive: true });
  writeFileSync(policy, '{"default":[{"type":"insecureAcceptAnything"}]}');
  // Plain copies work for every user and file system. The driver is part of what is reproduced: others list a layer's files in another order.
  const driver = process.env['STORAGE_DRIVER'] ?? 'vfs';
  const store = ['--root', path.join(storage, 'root'), '--runroot', path.join(storage, 'run'), '--storage-driver', driver];
  const buildah = (...args: string[]): string => runProgram('buildah', [...store, ...args]);
  return {
    build: ({ name, version, containerfile, context, archive }) => {
      const reference = `localhost/${name}:${version}`;
      buildah(
        ...['build', '--signature-policy', policy, '--pull-never', '--isolation', 'chroot', '--quiet', '--format', 'oci'],
        // One time for the image and all its files, and a layer per step: the second image finds the first one's root.
        ...['--timestamp', '0', '--layers', '--label', `org.opencontainers.image.title=${name}`],
        ...['--label', `org.opencontainers.image.version=${version}`, '--label', 'org.opencontainers.image.licenses=Apache-2.0'],
        ...['--tag', reference, '--file', containerfile, context],
      );
      rmSync(archive, { force: true });
      const digestFile = path.join(work, 'digest');
      buildah(
        'push',
        '--signature-policy',
        policy,
        '--quiet',
        '--digestfile',
        digestFile,
        reference,
        `oci-archive:${archive}:${reference}`,
      );
      const digest = readFileSync(digestFile, 'utf8').trim();
      const manifest = runProgram('tar', ['-xOf', archive, `blobs/${digest.replace(':', '/')}`]);
      const layerBytes = Manifest.parse(JSON.parse(manifest)).layers.map((layer) => layer.size);
      return { reference, digest, archive: path.basename(archive), layerBytes, archiveBytes: statSync(archive).size };
    },
    remove: () => rmSync(storage, { recursive: true, force: true }),
  };
}
