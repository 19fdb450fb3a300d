import { lstatSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { copyTree } from './copy-tree.js';
import { type DebianPackage, fetchPackage } from './debian-packages.js';
import { systemFileIsKept } from './kept-file.js';
import { runProgram } from './run-program.js';

export const USER_ID = 65532;
const ACCOUNTS = {
  'etc/passwd': `root:x:0:0:root:/:/sbin/nologin\ntidegate:x:${USER_ID}:${USER_ID}:tidegate:/opt/tidegate:/sbin/nologin\n`,
  'etc/group': `root:x:0:\ntidegate:x:${USER_ID}:\n`,
  'etc/nsswitch.conf': 'hosts: files dns\n',
  // Scanners look for these names to know which list of vulnerabilities applies.
  'etc/os-release': 'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Tidegate on Debian 12 packages"\n',
};

/** Lays out the root file system that all images share: the C and C++ libraries, certificates of public authorities, one user. */
export function layOutRoot(target: string, packages: readonly DebianPackage[], packageCache: string): void {
  const unpacked = mkdtempSync(`${target}-unpacked-`);
  try {
    for (const wanted of packages) {
      const file = fetchPackage(packageCache, wanted);
      runProgram('dpkg-deb', ['--extract', file, unpacked]);
      writeIn(target, `var/lib/dpkg/status.d/${wanted.name}`, runProgram('dpkg-deb', ['--field', file]));
    }
    copyTree(unpacked, target, systemFileIsKept);
    writeIn(target, 'etc/ssl/certs/ca-certificates.crt', authoritiesIn(path.join(unpacked, 'usr/share/ca-certificates')));
    for (const [file, text] of Object.entries(ACCOUNTS)) writeIn(target, file, text);
    mkdirSync(path.join(target, 'tmp'), { recursive: true });
  } finally {
    rmSync(unpacked, { recursive: true, force: true });
  }
}

/** What Debian's update-ca-certificates would write: all certificates in one file, by name. */
function authoritiesIn(folder: string): string {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((f) => f.endsWith('.crt'));
  return files
    .sort()
    .map((file) => `${readFileSync(path.join(folder, file), 'utf8').trimEnd()}\n`)
    .join('');
}

function writeIn(root: string, file: string, text: string): void {
  const target = path.join(root, file);
  mkdirSync(path.dirname(target), { recursive: true });
  writeFileSync(target, text, { mode: 0o644 });
}

/** Bytes of all files below a folder; links count nothing. */
export function bytesIn(folder: string): number {
  const entries = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return entries.reduce((sum, name) => {
    const stat = lstatSync(path.join(folder, name));
    return sum + (stat.isFile() ? stat.size : 0);
  }, 0);
}
