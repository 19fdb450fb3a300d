import type { AddressInfo } from 'node:net';
import { type TlsFiles, TlsFolder, backoffMs, causeChain, pause, type RunningPart, type StartPart } from '@tidegate/kernel';
import { InformerSet, type KubeClient, kinds } from '@tidegate/kube';
import type { Signals } from '@tidegate/signals';
import { workspaces } from '@tidegate/tenancy-contract';
import { Counter } from 'prom-client';
import { servingCertificate } from './certificate-secret.js';
import { deliveryHandlers } from './delivery-reviews.js';
import { registerWebhooks, type WebhookAddress } from './register-webhooks.js';
import type { ServingCertificate } from './serving-certificate.js';
import { servingHandlers } from './serving-reviews.js';
import { ServingSettings } from './serving-settings.js';
import { tenancyHandlers } from './tenancy-reviews.js';
import { startWebhookServer } from './webhook-server.js';

export interface AdmissionWebhookOptions {
  client: KubeClient;
  /** With it, a Strategy is warned when its schedule cannot decide at the traffic seen. */
  signals?: Signals;
  /** Default 127.0.0.1 and any free port. */
  listen?: { host: string; port: number };
  /** In a cluster the API server calls this Service; without it the address that is listened on. */
  service?: { namespace: string; name: string; port: number };
  /** Folder with a certificate from outside (tls.crt, tls.key, ca.crt), followed while it changes; otherwise one is made and kept in a Secret. */
  tls?: string | undefined;
  /** Where that Secret lives; default tidegate-system. */
  namespace?: string;
}

const SECRET = 'tidegate-admission-webhook-tls';
const REGISTER_AGAIN_MS = 6 * 3600 * 1000;

/** Defaulting and validation of Tidegate's and Knative's kinds, called by the API server over HTTPS. Registers itself. */
export const startAdmissionWebhook: StartPart<AdmissionWebhookOptions> = async (context, options) => {
  const { log, clock, registry } = context;
  const { client } = options;
  const namespace = options.namespace ?? 'tidegate-system';
  const listen = options.listen ?? { host: '127.0.0.1', port: 0 };
  const names = options.service
    ? [`${options.service.name}.${options.service.namespace}.svc`, `${options.service.name}.${options.service.namespace}.svc.cluster.local`]
    : [listen.host, 'localhost'];
  const stopping = new AbortController();
  const folder = options.tls === undefined ? undefined : new TlsFolder(options.tls, log);
  const kept = (): Promise<ServingCertificate> =>
    folder
      ? Promise.resolve(certificateOf(folder.current))
      : servingCertificate(client, { namespace, name: SECRET }, names, clock.now());
  const reviews = new Counter({
    name: 'tidegate_admission_reviews_total',
    help: 'Admission reviews answered',
    labelNames: ['path', 'allowed'],
    registers: [registry],
  });
  const settings = new ServingSettings(client, clock, log);
  const informers = new InformerSet(client, { clock, log });
  const seen = { workspaces: informers.informer(workspaces), namespaces: informers.informer(kinds.namespaces) };
  let certificate = await untilDone('the certificate of the webhook', kept);
  const server = await startWebhookServer(certificate, listen, {
    handlers: { ...deliveryHandlers({ client, signals: options.signals }), ...servingHandlers(() => settings.current), ...tenancyHandlers({ client, ...seen, log, clock }) },
    log,
    onReview: (path, allowed) => reviews.inc({ path, allowed: String(allowed) }),
  });
  const { port } = server.address() as AddressInfo;
  const address: WebhookAddress = options.service ? { service: options.service } : { url: `https://${listen.host}:${port}` };
  let registered = false;
  await untilDone('the registration of the webhook', () => registerWebhooks(client, address, certificate.caPem, namespace));
  registered = true;
  let cancelRenewal = renewLater();
  folder?.onChange(() => void renewOrSay());

  /** Renews a certificate that runs out, and puts back a configuration that was deleted or changed. */
  function renewLater(): () => void {
    return clock.after(REGISTER_AGAIN_MS, () => {
      void renewOrSay().finally(() => {
        if (!stopping.signal.aborted) cancelRenewal = renewLater();
      });
    });
  }

  function renewOrSay(): Promise<void> {
    return renew().catch((error: unknown) => log.warn({ error: causeChain(error) }, 'the webhook was not registered again'));
  }

  async function renew(): Promise<void> {
    certificate = await kept();
    server.setSecureContext({ cert: certificate.certificatePem, key: certificate.keyPem });
    await registerWebhooks(client, address, certificate.caPem, namespace);
  }

  /** The API may still be starting: tried again with growing delay until it answers. */
  async function untilDone<T>(what: string, run: () => Promise<T>): Promise<T> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await run();
      } catch (error) {
        if (attempt >= 30) throw error;
        log.info({ error: causeChain(error) }, `${what} is tried again`);
        await pause(backoffMs(attempt, { baseMs: 100, maxMs: 5_000 }, 0.5), stopping.signal);
      }
    }
  }

  const part: RunningPart = {
    name: 'admission-webhook',
    notReady: () => [...(registered ? [] : ['the admission webhook is not registered yet']), ...settings.notReady(), ...informers.notSynced().map((plural) => `the admission webhook has not listed ${plural} yet`)],
    stop: async () => {
      if (stopping.signal.aborted) return;
      stopping.abort(new Error('stopping'));
      cancelRenewal();
      folder?.stop();
      settings.stop();
      informers.stop();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
  return part;
};

function certificateOf({ certificate, key, ca }: TlsFiles): ServingCertificate {
  return { caPem: ca.toString('utf8'), certificatePem: certificate.toString('utf8'), keyPem: key.toString('utf8') };
}
