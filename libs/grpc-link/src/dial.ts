import { type ChannelCredentials, type ChannelOptions, Client, credentials, experimental } from '@grpc/grpc-js';
import { type DialAddress, type Logger, TlsFolder, type TlsDialAddress, type TlsFiles } from '@tidegate/kernel';

export interface DialOptions {
  log: Logger;
  /** Between looks at the certificate's files; default 5,000 ms. */
  pollMs?: number;
  channel?: ChannelOptions;
}

/** A client of a server of the platform; connects when the first call is made. `close` also ends the look at certificates. */
export function dial(address: DialAddress, { log, pollMs, channel = {} }: DialOptions): Client {
  // Parallel connections of one process to several servers, as in tests, must not share a channel.
  const options = { ...channel, 'grpc.use_local_subchannel_pool': 1 };
  if ('socket' in address) return new Client(`unix:${address.socket}`, credentials.createInsecure(), options);
  const folder = new TlsFolder(address.tls, log, pollMs);
  return new TlsClient(address, folder, options);
}

class TlsClient extends Client {
  constructor(
    { host, port, name }: TlsDialAddress,
    private readonly folder: TlsFolder,
    options: ChannelOptions,
  ) {
    const target = `dns:${host.includes(':') ? `[${host}]` : host}:${port}`;
    // The name is checked, not the host, which may be the address of any replica.
    super(target, followed(folder), { ...options, 'grpc.ssl_target_name_override': name });
  }

  override close(): void {
    super.close();
    this.folder.stop();
  }
}

type Provider = experimental.CertificateProvider;
type CaListener = Parameters<Provider['addCaCertificateListener']>[0];
type IdentityListener = Parameters<Provider['addIdentityCertificateListener']>[0];

/** Credentials that are the newest of the folder at each new connection. */
function followed(folder: TlsFolder): ChannelCredentials {
  const forCa = new Map<CaListener, () => void>();
  const forIdentity = new Map<IdentityListener, () => void>();
  const follow = <L>(listeners: Map<L, () => void>, listener: L, tell: (files: TlsFiles) => void): void => {
    listeners.get(listener)?.();
    listeners.set(listener, folder.onChange(tell));
    process.nextTick(() => tell(folder.current));
  };
  const leave = <L>(listeners: Map<L, () => void>, listener: L): void => {
    listeners.get(listener)?.();
    listeners.delete(listener);
  };
  const provider: Provider = {
    addCaCertificateListener: (l) => follow(forCa, l, ({ ca }) => l({ caCertificate: ca })),
    removeCaCertificateListener: (l) => leave(forCa, l),
    addIdentityCertificateListener: (l) => follow(forIdentity, l, ({ certificate, key }) => l({ certificate, privateKey: key })),
    removeIdentityCertificateListener: (l) => leave(forIdentity, l),
  };
  return experimental.createCertificateProviderChannelCredentials(provider, provider);
}
