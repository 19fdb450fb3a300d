import { type KubeClient, type KubeObject, type Secret, isAlreadyExists, isConflict, kinds, timestamp } from '@tidegate/kube';
import {
  AUTHORITY_SECRET,
  type AuthoritySecret,
  CHANGED_ANNOTATION,
  type LeafSecret,
  authorityData,
  leafData,
  leafSecret,
  readAuthoritySecret,
  readLeafSecret,
} from './certificate-secrets.js';
import { issueAuthority, issueLeaf } from './issue.js';
import { type CertificateAction, type CertificatePlan, type WantedLeaf, planCertificates } from './plan-certificates.js';

export interface CertificateContext {
  client: KubeClient;
  namespace: string;
  wanted: readonly WantedLeaf[];
  now(): number;
  done(action: CertificateAction): void;
}

/** Makes, renewals and distributions follow from each other; a rotation's steps wait for pods between them. */
const ROUNDS = 10;

const LABELS = { 'app.kubernetes.io/part-of': 'tidegate', 'app.kubernetes.io/managed-by': 'tidegate-certificates' };

/** Looks, plans and writes until nothing is left to do now. Safe beside another that does the same. Returns when to look again. */
export async function settleCertificates(context: CertificateContext): Promise<number> {
  for (let round = 0; ; round++) {
    const found = await gather(context);
    const plan: CertificatePlan = planCertificates({ ...found, wanted: context.wanted }, context.now());
    if (plan.actions.length === 0) return plan.againAt;
    if (round >= ROUNDS) throw new Error(`certificates do not settle: ${plan.actions.map((a) => a.type).join(', ')}`);
    try {
      for (const action of plan.actions) {
        await apply(action, found, context);
        context.done(action);
      }
    } catch (error) {
      // Somebody else has written: what is to be done now follows from what is there now.
      if (!isConflict(error) && !isAlreadyExists(error)) throw error;
    }
  }
}

interface Found {
  authority: AuthoritySecret | undefined;
  leaves: Map<string, LeafSecret>;
  secrets: Map<string, Secret>;
}

async function gather({ client, namespace, wanted }: CertificateContext): Promise<Found> {
  const secrets = new Map<string, Secret>();
  for (const name of [AUTHORITY_SECRET, ...wanted.map(({ component }) => leafSecret(component))]) {
    const secret = await client.get(kinds.secrets, name, namespace);
    if (secret) secrets.set(name, secret);
  }
  const leaves = wanted.flatMap(({ component }) => {
    const leaf = readLeafSecret(secrets.get(leafSecret(component)));
    return leaf ? [[component, leaf] as const] : [];
  });
  return { authority: readAuthoritySecret(secrets.get(AUTHORITY_SECRET)), leaves: new Map(leaves), secrets };
}

async function apply(action: CertificateAction, found: Found, context: CertificateContext): Promise<void> {
  const { authority, leaves } = found;
  const now = context.now();
  if (action.type === 'makeAuthority') {
    const current = await issueAuthority(now);
    return write(AUTHORITY_SECRET, authorityData({ current, next: undefined, bundle: [current.certificate] }), found, context);
  }
  if (!authority) throw new Error(`${action.type} without an authority`);
  switch (action.type) {
    case 'beginRotation': {
      const next = await issueAuthority(now);
      const bundle = [authority.current.certificate, next.certificate];
      return write(AUTHORITY_SECRET, authorityData({ ...authority, next, bundle }), found, context);
    }
    case 'promote': {
      const current = authority.next ?? authority.current;
      return write(AUTHORITY_SECRET, authorityData({ current, next: undefined, bundle: authority.bundle }), found, context);
    }
    case 'retire':
      return write(AUTHORITY_SECRET, authorityData({ ...authority, bundle: [authority.current.certificate] }), found, context);
    case 'issue': {
      const leaf = await issueLeaf(authority.current, action.names, now);
      return write(leafSecret(action.component), leafData({ leaf, bundle: authority.bundle }), found, context);
    }
    case 'distribute': {
      const leaf = leaves.get(action.component)?.leaf;
      if (!leaf) throw new Error(`${action.component} has no certificate to keep`);
      return write(leafSecret(action.component), leafData({ leaf, bundle: authority.bundle }), found, context);
    }
  }
}

/** With the version that was read, so that of two that write at the same time one has to look again. */
async function write(name: string, data: Record<string, string>, found: Found, context: CertificateContext): Promise<void> {
  const existing = found.secrets.get(name);
  const annotations = { ...existing?.metadata?.annotations, [CHANGED_ANNOTATION]: timestamp(context.now()) };
  const labels = { ...existing?.metadata?.labels, ...LABELS };
  const { resourceVersion } = existing?.metadata ?? {};
  const metadata: KubeObject['metadata'] = { name, namespace: context.namespace, labels, annotations, resourceVersion };
  const secret: Secret = { metadata, type: 'kubernetes.io/tls', data };
  if (existing) await context.client.replace(kinds.secrets, secret);
  else await context.client.create(kinds.secrets, secret);
}
