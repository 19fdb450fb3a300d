import { X509Certificate } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { issueAuthority, issueLeaf } from '@tidegate/mesh-ca';
import { writeFileAtomically } from './folder.js';

/** In the certificate; kubeconfigs ask for it whatever address they dial. */
export const PROXY_SERVER_NAME = 'localhost';
const DAY_MS = 24 * 3600 * 1000;
/** Kubeconfigs carry the authority: it is kept for as long as it may be. */
const AUTHORITY_LEAST_MS = 30 * DAY_MS;
const LEAF_LEAST_MS = 10 * DAY_MS;

/**
 * Makes the files tls.crt, tls.key and ca.crt in `folder` good for a while: the authority is made once a year, the certificate each 20 days. To be called at each
 * start and each day.
 */
export async function settleProxyCertificate(folder: string, now: number): Promise<void> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = (name: string): string => path.join(folder, name);
  const read = (name: string): string | undefined => {
    try {
      return readFileSync(file(name), 'utf8');
    } catch {
      return undefined;
    }
  };
  // What cannot be read as a certificate any more is made anew.
  const lasts = (pem: string | undefined, ms: number): boolean => {
    try {
      return pem !== undefined && new X509Certificate(pem).validToDate.getTime() - now > ms;
    } catch {
      return false;
    }
  };
  const kept = { certificate: read('ca.crt'), key: read('ca.key') };
  const isKept = lasts(kept.certificate, AUTHORITY_LEAST_MS) && kept.key !== undefined;
  if (isKept && lasts(read('tls.crt'), LEAF_LEAST_MS) && read('tls.key') !== undefined) return;
  const authority = isKept ? { certificate: kept.certificate ?? '', key: kept.key ?? '' } : await issueAuthority(now);
  const leaf = await issueLeaf(authority, [PROXY_SERVER_NAME], now);
  const files = { 'ca.key': authority.key, 'ca.crt': authority.certificate, 'tls.key': leaf.key, 'tls.crt': leaf.certificate };
  for (const [name, text] of Object.entries(files)) writeFileAtomically(file(name), text);
}
