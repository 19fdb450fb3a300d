import { X509Certificate, createPrivateKey } from 'node:crypto';
import type { Secret } from '@tidegate/kube';
import type { KeyPair } from './issue.js';

/** Secret with the authority's key; nobody but this part reads it. */
export const AUTHORITY_SECRET = 'tidegate-ca';
export const leafSecret = (component: string): string => `tidegate-tls-${component}`;
/** RFC 3339: when the Secret's certificates last changed. Pods see a change of a mounted Secret within two minutes or so. */
export const CHANGED_ANNOTATION = 'mesh.tidegate.dev/certificates-changed';

/** `tidegate-ca`: the authority that signs, the one that will, and who is trusted. */
export interface AuthoritySecret {
  current: KeyPair;
  /** Trusted already, signs later. */
  next: KeyPair | undefined;
  /** Every certificate that proxies and parts trust, PEM each. */
  bundle: readonly string[];
}

/** `tidegate-tls-<component>`. */
export interface LeafSecret {
  leaf: KeyPair;
  bundle: readonly string[];
  /** Milliseconds since the epoch. */
  changedAt: number;
}

/** Undefined when the Secret is missing something or its key belongs to another certificate: then it has to be made anew. */
export function readAuthoritySecret(secret: Secret | undefined): AuthoritySecret | undefined {
  const current = pairOf(secret, 'tls.crt', 'tls.key');
  const bundle = splitPem(textOf(secret, 'ca.crt'));
  if (!current || bundle.length === 0) return undefined;
  return { current, next: pairOf(secret, 'next.crt', 'next.key'), bundle };
}

export function readLeafSecret(secret: Secret | undefined): LeafSecret | undefined {
  const leaf = pairOf(secret, 'tls.crt', 'tls.key');
  const bundle = splitPem(textOf(secret, 'ca.crt'));
  if (!leaf || bundle.length === 0) return undefined;
  return { leaf, bundle, changedAt: Date.parse(secret?.metadata?.annotations?.[CHANGED_ANNOTATION] ?? '') || 0 };
}

export function authorityData({ current, next, bundle }: AuthoritySecret): Record<string, string> {
  const own = { 'tls.crt': current.certificate, 'tls.key': current.key, 'ca.crt': joinPem(bundle) };
  return encoded(next ? { ...own, 'next.crt': next.certificate, 'next.key': next.key } : own);
}

export function leafData({ leaf, bundle }: Pick<LeafSecret, 'leaf' | 'bundle'>): Record<string, string> {
  return encoded({ 'tls.crt': leaf.certificate, 'tls.key': leaf.key, 'ca.crt': joinPem(bundle) });
}

/** The certificates of a bundle, each as PEM with one line feed at its end. */
export function splitPem(text: string): string[] {
  return (text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []).map((pem) => `${pem}\n`);
}

export const joinPem = (bundle: readonly string[]): string => bundle.map((pem) => `${pem.trim()}\n`).join('');

function pairOf(secret: Secret | undefined, certificateKey: string, keyKey: string): KeyPair | undefined {
  const certificate = textOf(secret, certificateKey);
  const key = textOf(secret, keyKey);
  try {
    return new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key)) ? { certificate, key } : undefined;
  } catch {
    return undefined;
  }
}

function textOf(secret: Secret | undefined, key: string): string {
  return Buffer.from(secret?.data?.[key] ?? '', 'base64').toString('utf8');
}

function encoded(texts: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, Buffer.from(text, 'utf8').toString('base64')]));
}
