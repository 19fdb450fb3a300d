import { chmodSync, copyFileSync, lstatSync, mkdirSync, readdirSync, readlinkSync, symlinkSync } from 'node:fs';
import path from 'node:path';

/**
 * Copies the files of a folder for which `keep` (given the path inside the folder) is true, links as links. Modes become 0755 or 0644, so
 * that an image does not depend on the umask of who built it; empty folders are left out.
 */
export function copyTree(source: string, target: string, keep: (file: string) => boolean, inside = ''): void {
  for (const entry of readdirSync(path.join(source, inside), { withFileTypes: true })) {
    const file = path.join(inside, entry.name);
    if (entry.isDirectory()) {
      copyTree(source, target, keep, file);
      continue;
    }
    if (!keep(file)) continue;
    const to = path.join(target, file);
    mkdirSync(path.dirname(to), { recursive: true, mode: 0o755 });
    if (entry.isSymbolicLink()) symlinkSync(readlinkSync(path.join(source, file)), to);
    else if (entry.isFile()) copyProgramOrFile(path.join(source, file), to);
  }
}

function copyProgramOrFile(from: string, to: string): void {
  copyFileSync(from, to);
  chmodSync(to, lstatSync(from).mode & 0o100 ? 0o755 : 0o644);
}

/** One file to its place in the image. */
export function placeFile(from: string, to: string): void {
  mkdirSync(path.dirname(to), { recursive: true, mode: 0o755 });
  copyProgramOrFile(from, to);
}
