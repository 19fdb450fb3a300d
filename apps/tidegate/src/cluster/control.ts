import { startAdmissionWebhook } from '@tidegate/admission-webhook';
import { startApi } from '@tidegate/api';
import { startDelivery } from '@tidegate/delivery-controller';
import { connect } from '@tidegate/kube';
import { startCertificates } from '@tidegate/mesh-ca';
import { registryResolver, startServing } from '@tidegate/serving-controller-lib';
import { connectSignals } from '@tidegate/telemetry-sinks';
import { startTenancy } from '@tidegate/tenancy-controller';
import { runProcess } from '../process/run-process.js';
import { wantedLeaves } from './components.js';
import { ClusterControlConfig } from './config.js';
import { podHost, podName } from './pod-host.js';

/** In a cluster: what decides for users, and the rotation of certificates. Of several replicas all answer, and one of each part leads. */
await runProcess(
  'control',
  ClusterControlConfig,
  async (config, frame) => {
    const { namespace, kubeconfig: kubeconfigPath, webhook, api } = config;
    const identity = podName();
    const client = await connect({ kubeconfigPath });
    const signals = connectSignals(config.signals, { log: frame.context('signals').log });
    frame.add({ name: 'signals', notReady: () => [], stop: async () => signals.close() });
    const wanted = wantedLeaves(config.certificates.components, namespace);
    frame.add(await startCertificates(frame.context('certificates'), { client, namespace, wanted, identity }));
    const { host, port, tls } = webhook;
    const forReviews = { client, signals, listen: { host, port }, service: { namespace, ...webhook.service }, tls, namespace };
    frame.add(await startAdmissionWebhook(frame.context('admission-webhook'), forReviews));
    const leading = { client, leaseNamespace: namespace, identity };
    frame.add(await startDelivery(frame.context('delivery'), { ...leading, signals }));
    const digests = config.digestsFrom === 'node' ? ('node' as const) : registryResolver;
    frame.add(await startServing(frame.context('serving'), { ...leading, digests }));
    frame.add(await startTenancy(frame.context('tenancy'), { client, namespace, networkPoliciesHold: true, identity }));
    frame.add(await startApi(frame.context('api'), { ...api, kubeconfig: kubeconfigPath, signals }));
  },
  podHost('control'),
);
