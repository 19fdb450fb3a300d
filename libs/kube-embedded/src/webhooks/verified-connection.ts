import { X509Certificate } from 'node:crypto';
import { type TLSSocket, checkServerIdentity, connect } from 'node:tls';

export interface WebhookAddress {
  host: string;
  port: number;
  /** The name that the certificate has to be for. */
  servername: string;
}

/**
 * A connection to a server whose certificate is trusted by `bundle` as Go trusts: each certificate in it is an anchor, the server's own too.
 * OpenSSL alone is not enough: a certificate that has its issuer's very name and no key identifiers (Knative makes such) is self-signed to it.
 * Nothing is sent before the server is known. Without a bundle the machine's authorities count.
 */
export function connectVerified(address: WebhookAddress, bundle: string | undefined, signal: AbortSignal): Promise<TLSSocket> {
  const isIp = /^[\d.]+$|:/.test(address.servername);
  return new Promise((resolve, reject) => {
    const socket = connect({
      host: address.host,
      port: address.port,
      ALPNProtocols: ['http/1.1'],
      rejectUnauthorized: false,
      ...(isIp ? {} : { servername: address.servername }),
      ...(bundle === undefined ? {} : { ca: bundle, allowPartialTrustChain: true }),
    });
    const abort = (): void => void socket.destroy(signal.reason as Error);
    const done = (): void => signal.removeEventListener('abort', abort);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    socket.once('error', (error) => {
      done();
      reject(error);
    });
    socket.once('secureConnect', () => {
      done();
      const complaint = complaintAbout(socket, address.servername, bundle);
      if (complaint === undefined) return resolve(socket);
      socket.destroy();
      reject(complaint);
    });
  });
}

function complaintAbout(socket: TLSSocket, servername: string, bundle: string | undefined): Error | undefined {
  const identity = checkServerIdentity(servername, socket.getPeerCertificate());
  if (socket.authorized) return identity;
  const problem = socket.authorizationError as unknown as Error & { code?: string };
  // Node tells of it by its code alone.
  const code = typeof problem === 'string' ? problem : problem.code;
  const leaf = socket.getPeerX509Certificate();
  if (code === 'DEPTH_ZERO_SELF_SIGNED_CERT' && leaf && bundle !== undefined && isIssuedBy(leaf, certificatesOf(bundle), Date.now())) return identity;
  return Object.assign(new Error(String(code)), { code });
}

const certificatesOf = (bundle: string): X509Certificate[] =>
  (bundle.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []).map((pem) => new X509Certificate(pem));

/** Signed by an authority of the same name, and both are valid at `now`. */
export function isIssuedBy(leaf: X509Certificate, authorities: readonly X509Certificate[], now: number): boolean {
  const isValid = ({ validFromDate, validToDate }: X509Certificate): boolean => validFromDate.getTime() <= now && now <= validToDate.getTime();
  const mayServe = leaf.keyUsage === undefined || leaf.keyUsage.includes(SERVER_AUTH);
  return (
    mayServe && isValid(leaf) && authorities.some((authority) => authority.ca && authority.subject === leaf.issuer && isValid(authority) && leaf.verify(authority.publicKey))
  );
}
/** Extended key usage for servers. */
const SERVER_AUTH = '1.3.6.1.5.5.7.3.1';
