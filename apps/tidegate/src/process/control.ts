import { startAdmissionWebhook } from '@tidegate/admission-webhook';
import { startApi } from '@tidegate/api';
import { startDelivery } from '@tidegate/delivery-controller';
import { connect } from '@tidegate/kube';
import { connectSignals } from '@tidegate/telemetry-sinks';
import { ControlConfig } from './config.js';
import { runProcess } from './run-process.js';

/** What decides for users: admission, releases, and the GraphQL API with the console. */
await runProcess('control', ControlConfig, async (config, frame) => {
  const signals = connectSignals(config.signalsSocket);
  const webhookClient = await connect({ kubeconfigPath: config.webhookKubeconfig });
  frame.add(await startAdmissionWebhook(frame.context('admission-webhook'), { client: webhookClient }));
  const deliveryClient = await connect({ kubeconfigPath: config.deliveryKubeconfig });
  frame.add(await startDelivery(frame.context('delivery'), { client: deliveryClient, signals }));
  frame.add(await startApi(frame.context('api'), { port: config.port, kubeconfig: config.apiKubeconfig, signalsSocket: config.signalsSocket, tokenFile: config.tokenFile }));
});
