import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { TidegateError } from '@tidegate/kernel';
import { z } from 'zod';
import { codes } from './errors.js';
import { runProgram } from './run-program.js';

export const DebianPackage = z.strictObject({
  name: z.string(),
  version: z.string(),
  /** Debian's name: amd64, arm64, all. */
  architecture: z.string(),
  sha256: z.string().length(64),
});
export type DebianPackage = z.infer<typeof DebianPackage>;
const Pins = z.record(z.string(), z.array(DebianPackage));

/** The pinned packages of an architecture. Throws IMG_ARCHITECTURE_UNKNOWN. */
export function pinnedPackages(file: string, architecture: string): DebianPackage[] {
  const found = Pins.parse(JSON.parse(readFileSync(file, 'utf8')))[architecture];
  if (!found) {
    throw new TidegateError(codes.IMG_ARCHITECTURE_UNKNOWN, `No Debian packages are pinned for ${architecture}.`, {
      remedy: `Run "pin" on a Debian machine of that architecture.`,
    });
  }
  return found;
}

/** Debian's file name: an epoch's colon is written as %3a. */
export const packageFile = ({ name, version, architecture }: DebianPackage): string =>
  `${name}_${version.replace(':', '%3a')}_${architecture}.deb`;

/** The package's file in `folder`, fetched by apt when it is not there yet. Throws IMG_PACKAGE_DIFFERS unless it is the pinned one. */
export function fetchPackage(folder: string, wanted: DebianPackage): string {
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, packageFile(wanted));
  if (!existsSync(file))
    runProgram('apt-get', ['-qq', '-o', 'APT::Sandbox::User=root', 'download', `${wanted.name}=${wanted.version}`], { cwd: folder });
  const found = createHash('sha256').update(readFileSync(file)).digest('hex');
  if (found === wanted.sha256) return file;
  rmSync(file);
  throw new TidegateError(codes.IMG_PACKAGE_DIFFERS, `${packageFile(wanted)} has sha256 ${found}; ${wanted.sha256} is pinned.`, {
    remedy: 'Do not use it. If Debian has replaced the package, run "pin" and read the change.',
  });
}

/** What apt offers now for packages of these names, as the new pins. */
export function offeredPackages(names: readonly string[]): DebianPackage[] {
  return names.map((name) => {
    const fields = controlFields(runProgram('apt-cache', ['show', '--no-all-versions', name]));
    return DebianPackage.parse({ name, version: fields['Version'], architecture: fields['Architecture'], sha256: fields['SHA256'] });
  });
}

/** The one-line fields of a Debian control paragraph. */
export function controlFields(text: string): Record<string, string> {
  return Object.fromEntries([...text.matchAll(/^([A-Za-z0-9-]+): (.*)$/gm)].map(([, key, value]) => [key, value]));
}
