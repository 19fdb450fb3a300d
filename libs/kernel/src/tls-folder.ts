import { X509Certificate, createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { TidegateError, causeChain, defineErrors } from './errors.js';
import type { Logger } from './log.js';

const codes = defineErrors({
  KERNEL_TLS_FOLDER_UNUSABLE: 'A folder with a certificate, its key and the authorities to trust cannot be used.',
});

/** PEM, as in a mounted Secret. */
export interface TlsFiles {
  certificate: Buffer;
  key: Buffer;
  ca: Buffer;
}

/** A kubelet swaps a link: watching would have to follow it, and nobody waits for a renewal. */
const POLL_MS = 5_000;

/**
 * The files tls.crt, tls.key and ca.crt of a folder, followed while they change. Files that do not belong together, as in the middle of a
 * change, are passed over: what was read last stays in force. Throws KERNEL_TLS_FOLDER_UNUSABLE when there is nothing to begin with.
 */
export class TlsFolder {
  private files: TlsFiles;
  private readonly listeners = new Set<(files: TlsFiles) => void>();
  private readonly timer: NodeJS.Timeout;
  private complaint = '';

  constructor(
    private readonly folder: string,
    private readonly log: Logger,
    pollMs = POLL_MS,
  ) {
    try {
      this.files = readTlsFiles(folder);
    } catch (cause) {
      throw new TidegateError(codes.KERNEL_TLS_FOLDER_UNUSABLE, `The certificate in ${folder} cannot be used.`, {
        remedy: 'It needs tls.crt, tls.key and ca.crt (PEM) that belong together, as the Secret tidegate-tls-<component> has them.',
        cause,
      });
    }
    this.timer = setInterval(() => this.look(), pollMs);
    this.timer.unref();
  }

  get current(): TlsFiles {
    return this.files;
  }

  /** Returns the way to end it. */
  onChange(listener: (files: TlsFiles) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  stop(): void {
    clearInterval(this.timer);
    this.listeners.clear();
  }

  private look(): void {
    try {
      const found = readTlsFiles(this.folder);
      this.complaint = '';
      if (found.certificate.equals(this.files.certificate) && found.key.equals(this.files.key) && found.ca.equals(this.files.ca)) return;
      this.files = found;
      this.log.info({ folder: this.folder, validTo: new X509Certificate(found.certificate).validTo }, 'certificates were read again');
      for (const listener of [...this.listeners]) listener(found);
    } catch (error) {
      const text = causeChain(error);
      if (text !== this.complaint)
        this.log.warn({ folder: this.folder, error: text }, 'certificates changed and cannot be used; the earlier ones stay');
      this.complaint = text;
    }
  }
}

function readTlsFiles(folder: string): TlsFiles {
  const read = (name: string): Buffer => readFileSync(path.join(folder, name));
  const files = { certificate: read('tls.crt'), key: read('tls.key'), ca: read('ca.crt') };
  if (!new X509Certificate(files.certificate).checkPrivateKey(createPrivateKey(files.key)))
    throw new Error('the key is not that of the certificate');
  // Read for its complaint alone.
  new X509Certificate(files.ca);
  return files;
}
