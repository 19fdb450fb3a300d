import { mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Writes a folder as a kubelet mounts a Secret: the names lead through a link that is swapped as a whole. */
export function writeTlsFolder(folder: string, pair: { certificate: string; key: string }, bundle: string): void {
  const made = path.join(folder, `..made-${process.hrtime.bigint()}`);
  mkdirSync(made, { recursive: true });
  for (const [name, text] of Object.entries({ 'tls.crt': pair.certificate, 'tls.key': pair.key, 'ca.crt': bundle })) {
    writeFileSync(path.join(made, name), text, { mode: 0o600 });
    try {
      symlinkSync(path.join('..data', name), path.join(folder, name));
    } catch {
      // It is there since the first time.
    }
  }
  symlinkSync(path.basename(made), path.join(folder, '..data_tmp'));
  renameSync(path.join(folder, '..data_tmp'), path.join(folder, '..data'));
}
