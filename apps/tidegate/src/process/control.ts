import { startAdmissionWebhook } from '@tidegate/admission-webhook';
import { startApi } from '@tidegate/api';
import { startDelivery } from '@tidegate/delivery-controller';
import { causeChain } from '@tidegate/kernel';
import { connect } from '@tidegate/kube';
import { PORTS_CONFIG_MAP, SYSTEM_NAMESPACE } from '@tidegate/kube-embedded';
import { startServing } from '@tidegate/serving-controller-lib';
import { connectSignals } from '@tidegate/telemetry-sinks';
import { startTenancy } from '@tidegate/tenancy-controller';
import { PROXY_SERVER_NAME, settleProxyCertificate } from '../instance/proxy-certificate.js';
import { supervisedParts } from './supervised-parts.js';
import { ControlConfig } from './config.js';
import { runProcess } from './run-process.js';

const DAY_MS = 24 * 3600 * 1000;

/** What decides for users: admission, releases, Knative services, and the GraphQL API with the console. */
await runProcess('control', ControlConfig, async (config, frame) => {
  const signals = connectSignals({ socket: config.signalsSocket });
  const webhookClient = await connect({ kubeconfigPath: config.webhookKubeconfig });
  frame.add(await startAdmissionWebhook(frame.context('admission-webhook'), { client: webhookClient, signals }));
  const deliveryClient = await connect({ kubeconfigPath: config.deliveryKubeconfig });
  frame.add(await startDelivery(frame.context('delivery'), { client: deliveryClient, signals, identity: 'embedded' }));
  const servingClient = await connect({ kubeconfigPath: config.servingKubeconfig });
  frame.add(
    await startServing(frame.context('serving'), {
      client: servingClient,
      digests: 'node',
      ports: { namespace: SYSTEM_NAMESPACE, name: PORTS_CONFIG_MAP },
      identity: 'embedded',
    }),
  );
  const tenancyClient = await connect({ kubeconfigPath: config.tenancyKubeconfig });
  frame.add(await startTenancy(frame.context('tenancy'), { client: tenancyClient, networkPoliciesHold: false, identity: 'embedded' }));
  const { kubernetesProxy } = config;
  const apiContext = frame.context('api');
  const settle = (): Promise<void> => settleProxyCertificate(kubernetesProxy.tls, Date.now());
  await settle();
  // A day that fails is no matter: the next one tries again, long before the certificate ends.
  setInterval(() => void settle().catch((error: unknown) => apiContext.log.warn({ err: causeChain(error) }, 'the certificate for kubectl of people was not renewed')), DAY_MS).unref();
  frame.add(
    await startApi(apiContext, {
      host: '127.0.0.1',
      port: config.port,
      kubeconfig: config.apiKubeconfig,
      signals,
      ownerTokenFile: config.ownerTokenFile,
      database: config.database,
      consoleFolder: config.consoleFolder,
      platformParts: () => supervisedParts(config.supervisorSocket),
      kubernetesProxy: { host: '127.0.0.1', ...kubernetesProxy, address: `https://127.0.0.1:${kubernetesProxy.port}`, serverName: PROXY_SERVER_NAME },
    }),
  );
});
