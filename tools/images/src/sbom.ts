import type { DebianPackage } from './debian-packages.js';
import type { LockFile } from './lock-file.js';

/** A component of a bill of materials in CycloneDX's words. */
export interface Component {
  type: 'library' | 'application' | 'platform';
  name: string;
  version: string;
  purl: string;
  licenses?: [{ expression: string } | { license: { name: string } }];
  hashes?: { alg: 'SHA-256' | 'SHA-512'; content: string }[];
}

/** The bill of an image as CycloneDX 1.5 (https://cyclonedx.org/docs/1.5/json/). No time and no serial number: the same image has the same bill. */
export function billOfMaterials(image: { name: string; version: string }, components: readonly Component[]): object {
  const sorted = [...components].sort((a, b) => (a.purl < b.purl ? -1 : a.purl > b.purl ? 1 : 0));
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.5.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    version: 1,
    metadata: { component: { type: 'container', name: image.name, version: image.version, 'bom-ref': image.name } },
    components: sorted.map((c) => ({ 'bom-ref': c.purl, ...c })),
    dependencies: [{ ref: image.name, dependsOn: [...new Set(sorted.map((c) => c.purl))] }],
  };
}

/** Components of npm packages, by their folders in the lock file. One package in several folders is named once. */
export function npmComponents(lock: LockFile, folders: readonly string[]): Component[] {
  const byPurl = new Map<string, Component>();
  for (const folder of folders) {
    const entry = lock.packages[folder];
    if (entry?.version === undefined) continue;
    const name = folder.slice(folder.lastIndexOf('node_modules/') + 'node_modules/'.length);
    const purl = `pkg:npm/${name.replace('@', '%40')}@${entry.version}`;
    byPurl.set(purl, {
      type: 'library',
      name,
      version: entry.version,
      purl,
      ...(entry.license === undefined ? {} : { licenses: [licenseOf(entry.license)] }),
      ...(entry.integrity?.startsWith('sha512-')
        ? { hashes: [{ alg: 'SHA-512' as const, content: Buffer.from(entry.integrity.slice(7), 'base64').toString('hex') }] }
        : {}),
    });
  }
  return [...byPurl.values()];
}

export function debianComponents(packages: readonly DebianPackage[]): Component[] {
  return packages.map(({ name, version, architecture, sha256 }) => ({
    type: 'platform',
    name,
    version,
    purl: `pkg:deb/debian/${encodeURIComponent(name)}@${encodeURIComponent(version)}?arch=${architecture}`,
    hashes: [{ alg: 'SHA-256', content: sha256 }],
  }));
}

function licenseOf(text: string): { expression: string } | { license: { name: string } } {
  return /^\(?[\w.+-]+( (AND|OR|WITH) [\w.+-]+)*\)?$/.test(text) && text !== 'UNLICENSED'
    ? { expression: text }
    : { license: { name: text } };
}
