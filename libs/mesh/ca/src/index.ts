export { type KeyPair, issueAuthority, issueLeaf } from './issue.js';
export { AUTHORITY_SECRET, leafSecret } from './certificate-secrets.js';
export type { CertificateAction, WantedLeaf } from './plan-certificates.js';
export { type CertificateContext, settleCertificates } from './apply-certificates.js';
export { type CertificatesOptions, startCertificates } from './start-certificates.js';
