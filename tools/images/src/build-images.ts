import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type BuiltImage, openBuildah } from './buildah.js';
import { placeFile } from './copy-tree.js';
import { pinnedPackages } from './debian-packages.js';
import { closureOfApps, layOutApps, layOutPackages, readLock } from './lay-out.js';
import { layOutRoot } from './root-file-system.js';
import { debianArchitecture, envoyProgram, nodeProgram } from './runtime.js';
import { type Component, billOfMaterials, debianComponents, npmComponents } from './sbom.js';

export interface BuildOptions {
  /** The repository. */
  root: string;
  /** Where archives, bills and images.json go. */
  out: string;
  /** The tag of both images. */
  version: string;
  say: (text: string) => void;
}

/** Lays out and builds both images; the same sources, packages and buildah give the same digests. */
export async function buildImages(options: BuildOptions): Promise<BuiltImage[]> {
  const { root, out, version, say } = options;
  // Folders that are made below must not depend on the umask of who builds.
  process.umask(0o022);
  mkdirSync(out, { recursive: true });
  const work = mkdtempSync(path.join(tmpdir(), 'tidegate-images-'));
  const buildah = openBuildah(work);
  try {
    const debian = pinnedPackages(path.join(root, 'tools/images/debian-packages.json'), debianArchitecture());
    say('Laying out the root file system ...');
    layOutRoot(path.join(work, 'root'), debian, path.join(root, '.tidegate/images'));
    const bills = { tidegate: layOutTidegate(options, work), 'tidegate-envoy': await layOutEnvoy(options, work) };
    const built: BuiltImage[] = [];
    for (const [name, components] of Object.entries(bills)) {
      say(`Building ${name} ...`);
      const containerfile = path.join(root, 'tools/images', name === 'tidegate' ? 'tidegate' : 'envoy', 'Containerfile');
      built.push(buildah.build({ name, version, containerfile, context: work, archive: path.join(out, `${name}-${version}.oci.tar`) }));
      const bill = billOfMaterials({ name, version }, [...components, ...debianComponents(debian)]);
      writeFileSync(path.join(out, `${name}-${version}.cdx.json`), `${JSON.stringify(bill, null, 2)}\n`);
    }
    writeFileSync(path.join(out, 'images.json'), `${JSON.stringify(built, null, 2)}\n`);
    return built;
  } finally {
    buildah.remove();
    rmSync(work, { recursive: true, force: true });
  }
}

function layOutTidegate({ root, say }: BuildOptions, work: string): Component[] {
  say('Laying out Node, packages and apps ...');
  const node = nodeProgram(root);
  placeFile(node.file, path.join(work, 'node/usr/local/bin/node'));
  const lock = readLock(root);
  const closure = closureOfApps(lock);
  layOutPackages(root, path.join(work, 'packages'), closure);
  layOutApps(root, path.join(work, 'apps'), lock, closure);
  return [node.component, ...npmComponents(lock, closure.packages)];
}

async function layOutEnvoy({ root, say }: BuildOptions, work: string): Promise<Component[]> {
  const envoy = await envoyProgram(root, say);
  placeFile(envoy.file, path.join(work, 'envoy/usr/local/bin/envoy'));
  return [envoy.component];
}
