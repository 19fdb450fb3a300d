import { X509Certificate } from 'node:crypto';
import { type AuthoritySecret, type LeafSecret, splitPem } from './certificate-secrets.js';

/** Which component shows which names. */
export interface WantedLeaf {
  component: string;
  names: readonly string[];
}

export interface ObservedCertificates {
  authority: AuthoritySecret | undefined;
  /** By component. */
  leaves: ReadonlyMap<string, LeafSecret>;
  wanted: readonly WantedLeaf[];
}

export type CertificateAction =
  | { type: 'makeAuthority'; why: string }
  /** A second authority is trusted from now on; the first still signs. */
  | { type: 'beginRotation'; why: string }
  /** The second authority signs; the first is still trusted. */
  | { type: 'promote' }
  /** Only the authority that signs is trusted. */
  | { type: 'retire' }
  | { type: 'issue'; component: string; names: readonly string[]; why: string }
  /** The leaf stays, whom it trusts changes. */
  | { type: 'distribute'; component: string };

export interface CertificatePlan {
  actions: readonly CertificateAction[];
  /** When to look again, in milliseconds since the epoch. */
  againAt: number;
}

/** A kubelet renews mounted Secrets within its sync period and cache time, about two minutes; Envoy and our parts follow at once. */
export const SPREAD_MS = 10 * 60_000;
const LOOK_MS = 3600_000;

/**
 *   {A} A signs ──A is two thirds old──► {A,B} A signs ──every pod trusts B──► {A,B} B signs ──every pod shows B's──► {B} B signs
 *
 * Never may a pod show a certificate that another does not trust yet (bundle before leaves), nor lose trust in one that is still shown
 * (leaves before bundle). Pure; actions are done in their order, and what follows from them is found by the next look.
 */
export function planCertificates({ authority, leaves, wanted }: ObservedCertificates, now: number): CertificatePlan {
  if (!authority) return only({ type: 'makeAuthority', why: 'there is none, or it cannot be read' }, now);
  const current = new X509Certificate(authority.current.certificate);
  if (timeOf(current.validTo) <= now) return only({ type: 'makeAuthority', why: 'it has run out' }, now);
  if (!authority.next && isDue(current, now)) return only({ type: 'beginRotation', why: 'two thirds of its time are over' }, now);

  const actions = wanted.flatMap(({ component, names }): CertificateAction[] => {
    const found = leaves.get(component);
    const why = reasonToIssue(found, current, names, now);
    if (why !== undefined) return [{ type: 'issue', component, names, why }];
    return found && isSameBundle(found.bundle, authority.bundle) ? [] : [{ type: 'distribute', component }];
  });
  if (actions.length > 0) return { actions, againAt: now };

  const spreadAt = Math.max(0, ...wanted.map(({ component }) => leaves.get(component)?.changedAt ?? 0)) + SPREAD_MS;
  const step: CertificateAction | undefined = authority.next
    ? { type: 'promote' }
    : authority.bundle.length > 1
      ? { type: 'retire' }
      : undefined;
  if (step) return now >= spreadAt ? only(step, now) : { actions: [], againAt: spreadAt };
  return { actions: [], againAt: now + LOOK_MS };
}

function only(action: CertificateAction, now: number): CertificatePlan {
  return { actions: [action], againAt: now };
}

/** First finding wins. */
function reasonToIssue(
  found: LeafSecret | undefined,
  authority: X509Certificate,
  names: readonly string[],
  now: number,
): string | undefined {
  if (!found) return 'there is none, or it cannot be read';
  const leaf = new X509Certificate(found.leaf.certificate);
  if (!leaf.checkIssued(authority) || !leaf.verify(authority.publicKey)) return 'another authority signed it';
  if (isDue(leaf, now)) return 'two thirds of its time are over';
  const has = namesOf(leaf);
  const missing = names.filter((name) => !has.includes(name));
  if (missing.length > 0) return `it lacks ${missing.join(', ')}`;
  const surplus = has.filter((name) => !names.includes(name));
  return surplus.length > 0 ? `it has ${surplus.join(', ')} no more` : undefined;
}

function isDue(certificate: X509Certificate, now: number): boolean {
  const from = timeOf(certificate.validFrom);
  return now >= from + ((timeOf(certificate.validTo) - from) * 2) / 3;
}

function isSameBundle(a: readonly string[], b: readonly string[]): boolean {
  const prints = (bundle: readonly string[]): string =>
    bundle
      .flatMap(splitPem)
      .map((pem) => new X509Certificate(pem).fingerprint256)
      .sort()
      .join();
  return prints(a) === prints(b);
}

export function namesOf(certificate: X509Certificate): string[] {
  return (certificate.subjectAltName ?? '').split(', ').flatMap((entry) => (entry.startsWith('DNS:') ? [entry.slice(4)] : []));
}

const timeOf = (text: string): number => Date.parse(text);
